/** When a room began, and times in its index that contradict one another. */
import { type IndexEntry, isTimeOfDay } from '../../model/room.ts'
import { type Notice, found } from '../findings.ts'
import { farFromOthers } from '../outliers.ts'
import { timeInName, timeMsOf } from '../unix-time.ts'
import { type Read, skippedAs } from './entry.ts'
import type { Raw } from './top.ts'

const DAY_MS = 86_400_000

const HOUR_MS = 3_600_000
/** The clocks of recorders and of the index writer may differ by this much. */
const CONTRADICTS_MS = 10_000

/** A recorder with a wrong clock would stretch the output to years. */
export function withoutOutliers(read: readonly Read[], claimedMs: number | undefined): Read[] {
  const startsMs = read.flatMap((one) => ('entry' in one ? [one.entry.startMs] : []))
  const hoursAway = farFromOthers({ timesMs: startsMs, gapMs: DAY_MS, nearMs: claimedMs })
  return read.map((one) => {
    const hours = 'entry' in one ? hoursAway.get(one.entry.startMs) : undefined
    return 'entry' in one && hours !== undefined
      ? skippedAs(one, { code: 'entryFar', params: { hours } }, 'StartTime')
      : one
  })
}

/** Times that contradict one another. `StartTime` is the one used. */
export function contradictions(input: { raw: Raw; startMs: number; read: readonly Read[] }): Notice[] {
  const { raw, startMs: roomStartMs, read } = input
  const roomEndMs = timeMsOf(raw['EndTime'])
  const isGiven = raw['EndTime'] !== undefined && raw['EndTime'] !== null
  const isEndGood = roomEndMs !== undefined && roomEndMs > roomStartMs
  const notices: Notice[] = []
  if (isGiven && !isEndGood) {
    notices.push({
      code: 'endTimeBad',
      params: { found: found(raw['EndTime'], ['EndTime']) },
      path: ['EndTime'],
    })
  }
  for (const one of read) {
    if (!('entry' in one)) continue
    const { name, streamId, startMs, isRoomClock } = one.entry
    const path = ['Files', one.at, 'StartTime']
    const afterMs = isEndGood ? startMs - roomEndMs : 0
    if (afterMs > CONTRADICTS_MS) {
      notices.push({ code: 'startsAfterEnd', params: { seconds: inSeconds(afterMs) }, path })
    }
    // On a shared clock the name may hold the first packet's time, and relative times are not times of day.
    const namedMs = isRoomClock || !isTimeOfDay(startMs) ? undefined : timeInName(name, streamId)
    // A name may also contain the room's start time.
    const offMs = Math.min(...[startMs, roomStartMs].map((ms) => Math.abs((namedMs ?? ms) - ms)))
    if (namedMs !== undefined && offMs > CONTRADICTS_MS) {
      const time = new Date(namedMs).toISOString()
      notices.push({
        code: 'nameTimeOther',
        params: { time, seconds: inSeconds(Math.abs(namedMs - startMs)) },
        path,
      })
    }
  }
  return notices
}

const inSeconds = (ms: number): number => Math.round(ms / 1000)

export function roomStart(input: {
  raw: Raw
  claimedMs: number | undefined
  entries: readonly IndexEntry[]
  notices: Notice[]
}): number {
  const { raw, claimedMs, entries, notices } = input
  const path = ['StartTime']
  const earliestMs = entries.reduce((least, { startMs }) => Math.min(least, startMs), Infinity)
  const firstMs = Number.isFinite(earliestMs) ? earliestMs : undefined
  if (claimedMs === undefined) {
    const isGiven = raw['StartTime'] !== undefined && raw['StartTime'] !== null
    if (isGiven) notices.push({ code: 'indexTime', params: { found: found(raw['StartTime'], path) }, path })
    return firstMs ?? 0
  }
  if (firstMs === undefined || Math.abs(firstMs - claimedMs) <= DAY_MS) return claimedMs
  const hours = Math.round(Math.abs(firstMs - claimedMs) / HOUR_MS)
  notices.push({ code: 'indexTimeFar', params: { hours }, path })
  return firstMs
}
