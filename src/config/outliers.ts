const HOUR_MS = 3_600_000

/**
 * The times further than `gapMs` from the main group, each with its distance in whole hours. Groups are separated by
 * gaps longer than `gapMs`; the main group has the most times; among equals, it is the nearest to `nearMs`.
 */
export function farFromOthers(input: {
  timesMs: readonly number[]
  gapMs: number
  nearMs: number | undefined
}): ReadonlyMap<number, number> {
  const { timesMs, gapMs, nearMs } = input
  const groups: number[][] = []
  for (const time of [...timesMs].sort((a, b) => a - b)) {
    const last = groups.at(-1)
    if (last && time - (last.at(-1) ?? time) <= gapMs) last.push(time)
    else groups.push([time])
  }
  const distance = (group: readonly number[]) =>
    nearMs === undefined ? 0 : Math.abs((group[0] ?? 0) - nearMs)
  const [main = []] = [...groups].sort((a, b) => b.length - a.length || distance(a) - distance(b))
  const [from, to] = [main[0] ?? 0, main.at(-1) ?? 0]
  const far = new Map<number, number>()
  for (const time of groups.filter((group) => group !== main).flat()) {
    far.set(time, Math.round((time < from ? from - time : time - to) / HOUR_MS))
  }
  return far
}
