/** Formats words and figures for the page. */
import type { PageWord } from '../../messages/en/page.ts'
import { say } from '../../messages/index.ts'
import { wallClock } from '../../model/zone.ts'

export const word = (word: PageWord): string => say({ code: 'pageWord', params: { word } })

/** A moment of output time: "0:04.5", "12:03.0", "1:02:03.0". @param ms */
export function clock(ms: number): string {
  const tenths = Math.round(ms / 100)
  const hours = Math.floor(tenths / 36_000)
  const minutes = Math.floor((tenths % 36_000) / 600)
  const seconds = (tenths % 600) / 10
  const tail = seconds.toFixed(1).padStart(4, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** A moment without zero tenths: "0:04". */
export const shortClock = (ms: number): string => clock(ms).replace(/\.0$/, '')

/** "2026-11-22 17:00:00 Asia/Shanghai". @param ms Unix time @param zone IANA name */
export const dateText = (ms: number, zone = 'UTC'): string => wallClock(ms, zone)

/** A figure with its unit, joined by a non-breaking space. */
export const unit = (value: number | string, of: string): string => `${value}\u00a0${of}`

/** Tick positions in ms from 0 to `lengthMs`: at most `most` besides 0, at round intervals. */
export function ticks(lengthMs: number, most: number): number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800]
  const stepMs = (steps.find((s) => lengthMs / (s * 1000) <= most) ?? 86_400) * 1000
  return Array.from({ length: Math.floor(lengthMs / stepMs) + 1 }, (_, i) => i * stepMs)
}
