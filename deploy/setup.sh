#!/bin/sh
# Set up this folder: deploy/setup.sh LOCK PACKAGE…
# Finds a Python, installs the Debian packages, and fills .venv with what the lock file names.
# Whatever is already in place is left alone, so that a second run takes no time.
set -eu
cd "$(dirname "$0")/.."
lock=$1
shift

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

has_environment() {
    .venv/bin/python -c 'import pip' 2>/dev/null
}

# Debian keeps the part of Python that makes virtual environments in a package of its own.
if ! has_environment && ! "$(find_python)" -c 'import ensurepip' 2>/dev/null; then
    set -- "$@" python3-venv
fi
deploy/system.sh "$@"

if ! has_environment; then
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "需要 Python 3.11 或更高版本，这里的是 $(python3 --version)。" >&2
        exit 3
    fi
    echo "正在创建 Python 虚拟环境 .venv"
    "$python" -m venv --clear .venv
fi

stamp=.venv/$lock.sha256
if ! sha256sum --status --check "$stamp" 2>/dev/null; then
    echo "正在安装依赖（$lock）"
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --require-hashes --requirement "$lock" || {
        echo "依赖没有装全：请检查网络和 pip 的软件源设置，再执行一次。" >&2
        exit 1
    }
    sha256sum "$lock" >"$stamp"
fi

# Compiled now, no start compiles it, not even where Python is told to write no bytecode.
.venv/bin/python -m compileall -q app.py lms question_bank courses
