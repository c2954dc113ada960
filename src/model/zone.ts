/** Wall-clock time of a time zone. */

/**
 * What is added to UTC to get a zone's time at a moment, in ms.
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

/** A zone's time from one moment on. */
export interface ZoneTime {
  /** Unix time in ms. */
  readonly fromMs: number
  /** What is added to UTC, in ms. */
  readonly offsetMs: number
}

/** Nearer than any zone's changes lie together. */
const LOOK_EVERY_MS = 3_600_000

/** A zone's time from a moment on, and each change of it until another, as summer time begins or ends. */
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
