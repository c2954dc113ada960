/** Local time of a time zone. */

/**
 * Offset of a zone's local time from UTC at a moment, in ms.
 * @param zone IANA name, "Asia/Shanghai"
 */
export function zoneOffsetMs(zone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return local - Math.floor(atMs / 1000) * 1000
}

/** A wall clock with its zone: "2026-11-22 17:00:00 Asia/Shanghai". @param zone IANA name */
export function wallClock(atMs: number, zone: string): string {
  const local = new Date(atMs + zoneOffsetMs(zone, atMs)).toISOString()
  return `${local.slice(0, 19).replace('T', ' ')} ${zone}`
}

/** A zone's offset from a moment on. */
export interface ZoneTime {
  /** Unix time in ms. */
  readonly fromMs: number
  /** Local time minus UTC, in ms. */
  readonly offsetMs: number
}

/** Shorter than the time between two changes of any zone. */
const LOOK_EVERY_MS = 3_600_000

/** A zone's offset at `fromMs` and each change until `untilMs`, such as the start or end of summer time. */
export function zoneTimes(zone: string, fromMs: number, untilMs: number): readonly ZoneTime[] {
  const times: ZoneTime[] = [{ fromMs, offsetMs: zoneOffsetMs(zone, fromMs) }]
  for (let before = fromMs; before < untilMs; before += LOOK_EVERY_MS) {
    const behind = Math.min(before + LOOK_EVERY_MS, untilMs)
    const offsetMs = zoneOffsetMs(zone, behind)
    if (offsetMs === times.at(-1)?.offsetMs) continue
    let [old, changed] = [Math.floor(before), Math.ceil(behind)]
    while (changed - old > 1) {
      const middle = Math.floor((old + changed) / 2)
      if (zoneOffsetMs(zone, middle) === offsetMs) changed = middle
      else old = middle
    }
    times.push({ fromMs: changed, offsetMs })
  }
  return times
}
