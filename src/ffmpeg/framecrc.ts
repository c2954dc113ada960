/**
 * Reads the output of the muxer `framecrc`: a header of `#key stream: value` lines, then one line per packet.
 * Timestamps are encoded as in `packet-times.ts`.
 */
import { PacketList } from './packet-list.ts'
import { readTimes } from './packet-times.ts'

/** One stream's packets in file order, including those not shown. */
export interface Track {
  readonly header: Map<string, string>
  readonly timeOf: (sum: number) => number
  /** With times as in the file. */
  readonly packets: PacketList
  /** Length of its unit of time in ms; undefined until its first packet, which follows the header. */
  tickMs: number | undefined
}

export class FramecrcReader {
  /** By the number of the stream. */
  protected readonly tracks = new Map<number, Track>()

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
    const [stream, , sumText, durationText, , , ...more] = line.split(',')
    const sum = Number(sumText)
    if (sumText === undefined || !Number.isFinite(sum)) return
    const track = this.track(Number(stream))
    const tickMs = (track.tickMs ??= tickOf(track))
    const flagText = more.find((part) => part.startsWith('F=', 1)) ?? ' F=1'
    const durationMs = Math.max(0, Number(durationText) * tickMs)
    track.packets.add(track.timeOf(sum) * tickMs, durationMs, Number(flagText.slice(3)))
  }

  private track(stream: number): Track {
    const known = this.tracks.get(stream)
    if (known) return known
    const track: Track = {
      header: new Map(),
      timeOf: readTimes(),
      packets: new PacketList(),
      tickMs: undefined,
    }
    this.tracks.set(stream, track)
    return track
  }
}

/** The length in ms of a unit of a track's times. */
export function tickOf({ header }: Track): number {
  return tickLength(header.get('tb'))
}

function tickLength(timeBase: string | undefined): number {
  const [num, den] = (timeBase ?? '1/1000').split('/').map(Number)
  return ((num ?? 1) * 1000) / (den ?? 1000)
}
