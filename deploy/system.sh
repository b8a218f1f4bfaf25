#!/bin/sh
# Make sure that Debian packages are there: deploy/system.sh PACKAGE…
# Installs the missing ones as root or by a sudo that asks for no password; where neither is
# possible, says in one line what to install and stops with status 3.
set -eu

# Those of the named packages that are not installed.
not_installed() {
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qxF "installed $package" || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

install() {
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
    fi
    echo "正在安装系统软件包：$*"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes \
            --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}

if ! command -v apt-get >/dev/null; then
    echo "提示：这里没有 apt-get，请自行确认已装有与这些 Debian 软件包相当的软件：$*" >&2
    exit 0
fi

missing=$(not_installed "$@")
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086 # a list of words
install $missing || {
    echo "缺少系统软件包，请由管理员执行：apt-get install --yes --no-install-recommends $missing" >&2
    exit 3
}
