/** Reads the muxer `framecrc`: a header of `#key stream: value` lines, then one line per packet. */
import type { AudioProbe, VideoProbe } from '../model/room.ts'
import { measureClock } from '../timeline/clock.ts'
import { soundLengths } from './sound-lengths.ts'
import type { Pictures } from './pictures.ts'

/** A frame that says no length of its own is taken to last as long as those before it, within these bounds. */
const SHORTEST_FRAME_MS = 1
const LONGEST_FRAME_MS = 1000
const LONE_FRAME_MS = 40
/** Encoders put at most this much priming before time 0; it is not heard. */
const LONGEST_PRIMING_MS = 200
const KEY = 1
const DISCARD = 4

interface Track {
  readonly header: Map<string, string>
  readonly timesMs: number[]
  /** As long as `timesMs`, of a sound; the picture's are not needed. */
  readonly durationsMs: number[]
  readonly keyframesMs: number[]
  lastDurationMs: number
  endMs: number
}

export class PacketReader {
  private readonly tracks = new Map<number, Track>()

  line(line: string): void {
    if (line.startsWith('#')) this.headerLine(line)
    else this.packetLine(line)
  }

  private headerLine(line: string): void {
    const [key, stream, value] = /^#(\w+) (\d+): (.*)$/.exec(line)?.slice(1) ?? []
    if (key === undefined || value === undefined) return
    this.track(Number(stream)).header.set(key, value)
  }

  private packetLine(line: string): void {
    const [stream, , ptsText, durationText, , , ...more] = line.split(',')
    const pts = Number(ptsText)
    // Without a timestamp (the smallest 64-bit number) a packet cannot be placed.
    if (ptsText === undefined || !Number.isFinite(pts) || pts < -1e15) return
    const track = this.track(Number(stream))
    const tickMs = tickLength(track.header.get('tb'))
    const flagText = more.find((part) => part.trim().startsWith('F=')) ?? 'F=1'
    const flags = Number(flagText.trim().slice(2))
    const atMs = pts * tickMs
    const durationMs = Math.max(0, Number(durationText) * tickMs)
    // What an edit list cuts off is not shown, but a keyframe in it starts what is.
    if (flags & KEY) track.keyframesMs.push(atMs)
    if (flags & DISCARD) return
    track.lastDurationMs = durationMs
    track.endMs = Math.max(track.endMs, atMs + durationMs)
    track.timesMs.push(atMs)
    if (track.header.get('media_type') === 'audio') track.durationsMs.push(durationMs)
  }

  /** The packets of some of the streams alone. */
  of(streams: ReadonlySet<number>): PacketReader {
    const some = new PacketReader()
    for (const [stream, track] of this.tracks) if (streams.has(stream)) some.tracks.set(stream, track)
    return some
  }

  private track(stream: number): Track {
    const known = this.tracks.get(stream)
    if (known) return known
    const track = {
      header: new Map(),
      timesMs: [],
      durationsMs: [],
      keyframesMs: [],
      lastDurationMs: 0,
      endMs: -Infinity,
    }
    this.tracks.set(stream, track)
    return track
  }

  private find(medium: 'video' | 'audio'): Track | undefined {
    return [...this.tracks.values()].find((track) => track.header.get('media_type') === medium)
  }

  /** The picture's facts; undefined where no packet of it can be decoded. */
  video(pictures: Pictures): VideoProbe | undefined {
    const track = this.find('video')
    const firstKeyMs = track?.keyframesMs.length ? Math.min(...track.keyframesMs.slice(0, 8)) : undefined
    if (!track || firstKeyMs === undefined) return undefined
    const timesMs = Float64Array.from(track.timesMs.filter((ms) => ms >= firstKeyMs)).sort()
    const lastMs = timesMs.at(-1)
    if (lastMs === undefined) return undefined
    return {
      codec: track.header.get('codec_id') ?? 'unknown',
      timesMs,
      keyframesMs: track.keyframesMs.toSorted((a, b) => a - b),
      endMs: lastMs + lastFrameMs(timesMs, track.lastDurationMs),
      ...pictures,
    }
  }

  audio(): AudioProbe | undefined {
    const track = this.find('audio')
    const firstMs = track?.timesMs[0]
    if (!track || firstMs === undefined) return undefined
    const isPriming = firstMs < 0 && firstMs >= -LONGEST_PRIMING_MS
    const codec = track.header.get('codec_id') ?? 'unknown'
    const sampleRate = Number(track.header.get('sample_rate') ?? 0)
    const timesMs = Float64Array.from(track.timesMs)
    const lengths = soundLengths({
      codec,
      sampleRate,
      tickMs: tickLength(track.header.get('tb')),
      timesMs,
      durationsMs: Float64Array.from(track.durationsMs),
    })
    return {
      codec,
      sampleRate,
      channels: channelCount(track.header.get('channel_layout_name') ?? ''),
      startMs: isPriming ? 0 : firstMs,
      endMs: Math.max(track.endMs, track.timesMs.at(-1) ?? firstMs),
      clock: measureClock({ timesMs, ...lengths }),
    }
  }
}

function tickLength(timeBase: string | undefined): number {
  const [num, den] = (timeBase ?? '1/1000').split('/').map(Number)
  return ((num ?? 1) * 1000) / (den ?? 1000)
}

function lastFrameMs(timesMs: Float64Array, said: number): number {
  if (said > 0) return Math.min(Math.max(said, SHORTEST_FRAME_MS), LONGEST_FRAME_MS)
  const gaps = [...timesMs.slice(-31)].flatMap((ms, i, all) => (i > 0 ? [ms - (all[i - 1] ?? ms)] : []))
  const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? LONE_FRAME_MS
  return Math.min(Math.max(middle, SHORTEST_FRAME_MS), LONGEST_FRAME_MS)
}

function channelCount(layout: string): number {
  const byName: Record<string, number> = { mono: 1, stereo: 2, '5.1': 6, '5.1(side)': 6, '7.1': 8, quad: 4 }
  return byName[layout] ?? (Number(/^(\d+) channels/.exec(layout)?.[1] ?? 0) || 2)
}
