/** What the packets of a recording say of its tracks, with times corrected that cannot be true. */
import type { AudioProbe, VideoProbe } from '../model/room.ts'
import { measureClock } from '../audio-clock/clock.ts'
import { apartMs, judgeApart } from '../timeline/apart.ts'
import { type Judged, type Retimed, judge, retimed } from '../timeline/retime.ts'
import { rejoin, shifted } from '../timeline/rejoin.ts'
import { channelCount, heardFrom, lastFrameMs, reordered } from './frame-facts.ts'
import { FramecrcReader, type Track, tickOf } from './framecrc.ts'
import { claimedEnd, soundLengths } from './sound-lengths.ts'
import type { Pictures } from './pictures.ts'

const KEY = 1
const DISCARD = 4

/** A stream's packets with plausible times. */
interface Believed {
  /** Packets that are shown or heard, in file order. */
  readonly timesMs: Float64Array
  readonly durationsMs: Float64Array
}

/** Which times of a track's packets are plausible. */
interface Opinion {
  readonly judged: Judged
  readonly runs: readonly Retimed[]
}

/** The track used for a medium, and the times of its packets. */
export interface TrackTiming {
  /** Index among the file's streams of its medium, including empty ones: other commands open the first. */
  readonly position: number
  /** Number of other tracks of its medium with packets. */
  readonly others: number
  /** The others whose times are consistent with the rest of the file. */
  readonly beside: readonly { readonly position: number; readonly startMs: number }[]
  /** Packets whose times are corrected. */
  readonly runs: readonly Retimed[]
  readonly judged: Judged
  /** Times of its first and last packet, shown or not. */
  readonly firstMs: number
  readonly lastMs: number
  /** The most, in ms, by which a packet is earlier than one before it: pictures are not coded in display order. */
  readonly reorderMs: number
}

/** Audio and video with unrelated clocks. */
export interface Apart {
  /** The medium whose timestamps are considered wrong: the one further from 0. */
  readonly medium: 'video' | 'audio'
  /** Time from the other's end to its start; negative if it ends before the other starts. */
  readonly byMs: number
  /** Shift that moves it to where it was recorded; undefined if that is unknown, in which case it is not used. */
  readonly movedMs: number | undefined
}

export class PacketReader extends FramecrcReader {
  private settled: Apart | undefined
  /** Until the next packet: every question about a track needs it, and it walks all packets. */
  private readonly opinions = new Map<Track, Opinion>()

  override line(line: string): void {
    super.line(line)
    if (this.opinions.size > 0) this.opinions.clear()
  }

  /** Stream numbers of a medium in file order, those with packets first. */
  private numbers(medium: 'video' | 'audio'): number[] {
    const ofMedium = [...this.tracks].filter(([, track]) => track.header.get('media_type') === medium)
    const sent = ofMedium.filter(([, track]) => track.packets.count > 0)
    return [...new Set([...sent, ...ofMedium].map(([stream]) => stream))]
  }

  /** Number of a medium's tracks that ffmpeg knows, including those without packets. */
  trackCount(medium: 'video' | 'audio'): number {
    return this.numbers(medium).length
  }

  /** The first track of a medium with packets: a track may be declared and never sent. */
  private find(medium: 'video' | 'audio'): Track | undefined {
    if (this.settled?.medium === medium && this.settled.movedMs === undefined) return undefined
    const [stream] = this.numbers(medium)
    return stream === undefined ? undefined : this.tracks.get(stream)
  }

  /** The plausible times of a track's packets, considered together with the other track. */
  private believed(track: Track): Opinion {
    if (this.opinions.size === 0) this.judgeAll()
    return this.opinions.get(track) ?? { judged: { stray: [], restarts: [] }, runs: [] }
  }

  private judgeAll(): void {
    const both = (['video', 'audio'] as const).flatMap((medium) => this.find(medium) ?? [])
    const judged = both.map(({ packets }) => ({ timesMs: packets.timesMs(), ...judge(packets.timesMs()) }))
    const runsOf = rejoin(judged)
    const moved = this.settled && this.find(this.settled.medium)
    both.forEach((track, at) => {
      const { stray = [], restarts = [] } = judged[at] ?? {}
      const runs = runsOf[at] ?? []
      const byMs = track === moved ? this.settled?.movedMs : undefined
      const end = track.packets.count
      this.opinions.set(track, {
        judged: { stray, restarts },
        runs: byMs === undefined ? runs : shifted({ first: 0, end, byMs, inside: runs }),
      })
    })
  }

  /** Whether audio and video are so far apart that `settle` must be called. */
  isApart(): boolean {
    const [video, audio] = this.bothTimes()
    return video !== undefined && audio !== undefined && apartMs(video, audio) !== undefined
  }

  /**
   * Determines whether audio and video that are far apart have valid timestamps.
   * @param positions byte offsets of each stream's packets
   */
  settle(positions: ReadonlyMap<number, readonly number[]>): void {
    const [videoMs, audioMs] = this.bothTimes()
    const [picture, sound] = [this.numbers('video')[0], this.numbers('audio')[0]]
    if (!videoMs || !audioMs || picture === undefined || sound === undefined) return
    const byMs = apartMs(videoMs, audioMs)
    const verdict = judgeApart(
      { timesMs: videoMs, positions: positions.get(picture) ?? [] },
      { timesMs: audioMs, positions: positions.get(sound) ?? [] },
    )
    if (byMs === undefined || verdict === 'true') return
    const isWellFormed =
      Math.abs(audioMs.find(Number.isFinite) ?? 0) > Math.abs(videoMs.find(Number.isFinite) ?? 0)
    const late = verdict === 'unknown' ? undefined : Math.round(verdict)
    this.opinions.clear()
    this.settled = isWellFormed
      ? { medium: 'audio', byMs, movedMs: late === undefined ? undefined : -late }
      : { medium: 'video', byMs: -byMs, movedMs: late }
  }

  /** The result of `settle`; undefined if audio and video are both valid. */
  apart(): Apart | undefined {
    return this.settled
  }

  /** Whether a further track can be used with its own timestamps. */
  private goesWithRest(timesMs: Float64Array): boolean {
    const { stray, restarts } = judge(timesMs)
    const isMoved = (['video', 'audio'] as const).some((medium) => {
      const track = this.find(medium)
      return track && this.believed(track).runs.some((run) => 'byMs' in run)
    })
    if (isMoved || this.settled || stray.length + restarts.length > 0) return false
    const rest = this.bothTimes().flatMap((times) => (times ? [...times] : []))
    return timesMs.every(Number.isFinite) && apartMs(rest, timesMs) === undefined
  }

  private bothTimes(): (Float64Array | undefined)[] {
    return (['video', 'audio'] as const).map((medium) => {
      const track = this.find(medium)
      return track && retimed(track.packets.timesMs(), this.believed(track).runs)
    })
  }

  /** The plausible times of a medium's packets; undefined if there is no such track. */
  timing(medium: 'video' | 'audio'): TrackTiming | undefined {
    const track = this.find(medium)
    if (!track) return undefined
    const { judged, runs } = this.believed(track)
    const timesMs = retimed(track.packets.timesMs(), runs)
    const numbers = this.numbers(medium)
    const [stream = 0, ...others] = numbers
    const positionOf = (number: number) => numbers.filter((one) => one < number).length
    const sent = others.filter((one) => this.tracks.get(one)?.packets.count)
    const isKnown = (ms: number) => !Number.isNaN(ms)
    return {
      position: positionOf(stream),
      others: sent.length,
      beside: sent.flatMap((one) => {
        const ms = this.tracks.get(one)?.packets.timesMs() ?? new Float64Array()
        return this.goesWithRest(ms) ? [{ position: positionOf(one), startMs: heardFrom(ms[0] ?? 0) }] : []
      }),
      runs,
      judged,
      firstMs: timesMs.find(isKnown) ?? 0,
      lastMs: timesMs.findLast(isKnown) ?? 0,
      reorderMs: reordered(timesMs),
    }
  }

  /** ffmpeg's codec names of the tracks that are used. */
  codecs(): Record<'video' | 'audio', string | undefined> {
    const [video, audio] = (['video', 'audio'] as const).map((medium) => {
      const track = this.find(medium)
      return track && track.packets.count > 0 ? track.header.get('codec_id') : undefined
    })
    return { video, audio }
  }

  /** The video's size as the file declares it, before decoding. */
  size(): { width: number; height: number } | undefined {
    const said = this.find('video')?.header.get('dimensions') ?? ''
    const [width, height] = /^(\d+)x(\d+)$/.exec(said)?.slice(1).map(Number) ?? []
    return width === undefined || height === undefined ? undefined : { width, height }
  }

  /** Facts about the video; undefined if there is no usable packet. */
  video(pictures: Pictures): VideoProbe | undefined {
    const track = this.find('video')
    if (!track) return undefined
    const { runs } = this.believed(track)
    const keyframesMs = keyframes(track, runs)
    const { durationsMs, ...believed } = believe(track, runs)
    if (keyframesMs.length === 0) return undefined
    const firstKeyMs = Math.min(...keyframesMs.slice(0, 8))
    const timesMs = believed.timesMs.filter((ms) => ms >= firstKeyMs).sort()
    const lastMs = timesMs.at(-1)
    if (lastMs === undefined) return undefined
    return {
      codec: track.header.get('codec_id') ?? 'unknown',
      timesMs,
      keyframesMs: keyframesMs.toSorted((a, b) => a - b),
      endMs: lastMs + lastFrameMs(timesMs, durationsMs.at(-1) ?? 0),
      ...pictures,
    }
  }

  audio(): AudioProbe | undefined {
    const track = this.find('audio')
    if (!track) return undefined
    const believed = believe(track, this.believed(track).runs)
    const firstMs = believed.timesMs[0]
    if (firstMs === undefined) return undefined
    const codec = track.header.get('codec_id') ?? 'unknown'
    const sampleRate = Number(track.header.get('sample_rate') ?? 0)
    const { timesMs, durationsMs } = believed
    const lengths = soundLengths({ codec, sampleRate, tickMs: tickOf(track), timesMs, durationsMs })
    return {
      codec,
      sampleRate,
      channels: channelCount(track.header.get('channel_layout_name') ?? ''),
      startMs: heardFrom(firstMs),
      endMs: claimedEnd({ timesMs, durationsMs, lengthsMs: lengths.lengthsMs }),
      clock: measureClock({ timesMs, ...lengths }),
    }
  }
}

function believe({ packets }: Track, runs: readonly Retimed[]): Believed {
  const [claimed, flags] = [packets.durationsMs(), packets.flags()]
  const timesMs = new Float64Array(packets.count)
  const durationsMs = new Float64Array(packets.count)
  let count = 0
  retimed(packets.timesMs(), runs).forEach((ms, i) => {
    if (Number.isNaN(ms) || (flags[i] ?? KEY) & DISCARD) return
    timesMs[count] = ms
    durationsMs[count] = claimed[i] ?? 0
    count += 1
  })
  return { timesMs: timesMs.subarray(0, count), durationsMs: durationsMs.subarray(0, count) }
}

/** Plausible times of a track's keyframes, in file order. */
function keyframes({ packets }: Track, runs: readonly Retimed[]): number[] {
  const flags = packets.flags()
  // Packets that an edit list cuts off are not shown, but decoding may start at a keyframe among them.
  return Array.from(
    retimed(packets.timesMs(), runs).filter((ms, i) => !Number.isNaN(ms) && (flags[i] ?? KEY) & KEY),
  )
}
