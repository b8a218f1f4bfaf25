// The server's time on a clock that nobody can set: performance.now() and an offset.
const TRUSTED_FOR = 60000;
// The server's clock was set, not just corrected a little.
const LEAP = 30000;

export class Clock {
  constructor(serverTime) {
    this.offset = serverTime - performance.now();
    this.roundTrip = Infinity;
    this.measuredAt = performance.now();
    this.device = Date.now() - performance.now();
    this.leapt = 0;
    this.isGuess = false;
  }

  // The milliseconds since 1970 at the server.
  now() {
    return performance.now() + this.offset;
  }

  // The same, had nobody set the server's clock since this page was loaded.
  unset() {
    return this.now() - this.leapt;
  }

  // Without the server: the device's own clock, `skew` milliseconds ahead of the server's.
  trustDevice(skew) {
    this.offset = Date.now() - skew - performance.now();
    this.roundTrip = Infinity;
    this.isGuess = true;
  }

  // Take an answer's `time` for true in the middle of its journey; short journeys say it best.
  observe(serverTime, sentAt) {
    const arrived = performance.now();
    const roundTrip = arrived - sentAt;
    const isStale = arrived - this.measuredAt > TRUSTED_FOR;
    const offset = serverTime - (sentAt + roundTrip / 2);
    const leap = offset - this.offset;
    const wasSet = Math.abs(leap) > LEAP;
    if (!isStale && !wasSet && roundTrip > this.roundTrip) return;
    // A device that slept finds its own clock as far ahead as the server's: nobody set that.
    const device = Date.now() - arrived;
    const slept = device - this.device;
    if (wasSet && !this.isGuess && Math.abs(leap - slept) > LEAP) this.leapt += leap;
    this.device = device;
    this.isGuess = false;
    this.offset = offset;
    this.roundTrip = roundTrip;
    this.measuredAt = arrived;
  }
}

// 1:02:03, or 2:03 below an hour.
export function showRemaining(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}
