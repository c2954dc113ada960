/** What is in a finished file, as a player finds it: read by ffmpeg and from the boxes themselves. */
import { readFile } from 'node:fs/promises'
import { runFfmpeg } from './run-ffmpeg.ts'

export interface FinishedFile {
  /** Top-level boxes in order. */
  readonly boxes: readonly string[]
  /** ffmpeg's description of the file: codecs, profile, colours. */
  readonly described: string
  /** Absent in a file without a picture. */
  readonly video?: {
    /** Frames that decoding gives. */
    readonly frames: number
    /** Times of the frames in ms, ascending. */
    readonly timesMs: readonly number[]
    readonly keyframesMs: readonly number[]
    readonly endMs: number
  }
  /** Absent in a file without sound. */
  readonly audio?: { readonly startMs: number; readonly endMs: number }
}

export async function readFinished(path: string): Promise<FinishedFile> {
  const [boxes, { packets, described }, frames] = await Promise.all([
    readFile(path).then(boxNames),
    readPackets(path),
    countFrames(path),
  ])
  const [video, audio] = (['video', 'audio'] as const).map((medium) =>
    packets.filter((packet) => packet.medium === medium && packet.atMs + packet.durationMs > 0),
  )
  return {
    boxes,
    described,
    ...(video?.length && {
      video: {
        frames,
        timesMs: video.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
        keyframesMs: video.filter(({ isKey }) => isKey).map(({ atMs }) => atMs),
        endMs: endOf(video),
      },
    }),
    ...(audio?.length && { audio: { startMs: audio[0]?.atMs ?? NaN, endMs: endOf(audio) } }),
  }
}

interface Packet {
  readonly medium: string
  readonly atMs: number
  readonly durationMs: number
  readonly isKey: boolean
}

function endOf(packets: readonly Packet[]): number {
  return Math.max(...packets.map(({ atMs, durationMs }) => atMs + durationMs))
}

/** Every packet's time and length as the container has them, edit lists heeded. */
async function readPackets(path: string): Promise<{ packets: Packet[]; described: string }> {
  const copy = ['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-copyts', '-f', 'framecrc', 'pipe:1']
  const { stdout, stderr } = await runFfmpeg(['-i', path, ...copy])
  const lines = stdout.toString('latin1').split('\n')
  const heads = new Map<string, string>()
  for (const line of lines) {
    const [, name, stream, value] = /^#(tb|media_type) (\d+): (.+)$/.exec(line) ?? []
    if (name && stream && value) heads.set(`${name} ${stream}`, value)
  }
  const packets = lines.flatMap((line): Packet[] => {
    const [, stream, pts, length, more] = /^(\d+), *-?\d+, *(-?\d+), *(\d+), *\d+, *\w+(.*)$/.exec(line) ?? []
    if (stream === undefined) return []
    const [over = 1, under = 1] = (heads.get(`tb ${stream}`) ?? '').split('/').map(Number)
    const tickMs = (over * 1000) / under
    const flags = Number(/F=(0x[0-9A-F]+)/.exec(more ?? '')?.[1] ?? 1)
    return [
      {
        medium: heads.get(`media_type ${stream}`) ?? '',
        atMs: Number(pts) * tickMs,
        durationMs: Number(length) * tickMs,
        isKey: (flags & 1) === 1,
      },
    ]
  })
  return { packets, described: stderr.split(/^Output #0/m)[0] ?? '' }
}

/** How many frames come out of the decoder: no header is asked. */
async function countFrames(path: string): Promise<number> {
  const decode = ['-map', '0:V?', '-fps_mode', 'passthrough', '-f', 'framecrc', 'pipe:1']
  const { stdout } = await runFfmpeg(['-loglevel', 'error', '-i', path, ...decode]).catch((error: Error) => {
    // A file without a picture leaves nothing to write, which ffmpeg takes for a mistake.
    if (error.message.includes('does not contain any stream')) return { stdout: Buffer.alloc(0) }
    throw error
  })
  return stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => /^\d/.test(line)).length
}

function boxNames(bytes: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = bytes.readUInt32BE(at)
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? bytes.length - at : short
    names.push(bytes.toString('latin1', at + 4, at + 8))
    at += Math.max(8, size)
  }
  return names
}
