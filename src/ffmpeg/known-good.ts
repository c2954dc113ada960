/** Tells a broken recording from a broken ffmpeg, with files that are known to be good. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import type { Demuxer } from '../model/room.ts'
import { probeRecording } from './probe.ts'
import type { Features, FencedFfmpeg, Probing } from './types.ts'

/** A grey 16x16 video with a tone, 0.2 s: VP8 and Opus in WebM, H.264 and AAC in MP4. */
const FILES: Readonly<Record<Demuxer, { format: string; codec: string; base64: string }>> = {
  matroska: {
    format: 'WebM',
    codec: 'vp8',
    base64:
      // prettier-ignore
      'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwEAAAAAAAO1EU2bdLpNu4tTq4QVSalmU6yBoU27i1OrhBZUrmtTrIHGTbuMU6uEElTDZ1OsggFyTbuMU6uEHFO7a1OsggOO7AEAAAAAAABZAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVSalmoCrXsYMPQkBNgIRMYXZmV0GETGF2ZkSJiEBqAAAAAAAAFlSua0CmrgEAAAAAAAA414EBc8WIAAAAAAAAAAGcgQAitZyDdW5kiIEAhoVWX1ZQOIOBASPjg4QF9eEA4ImwgRC6gRCagQKuAQAAAAAAAFzXgQJzxYgAAAAAAAAAApyBACK1nIN1bmSIgQCGhkFfT1BVU1aqg2MuoFa7hATEtACDgQLhkZ+BAbWIQOdwAAAAAABiZIEQY6KTT3B1c0hlYWQBATgBgLsAAAAAABJUw2dAo3NzzmPAi2PFiAAAAAAAAAABZ8iYRaOHRU5DT0RFUkSHi0xhdmMgbGlidnB4Z8iiRaOIRFVSQVRJT05Eh5QwMDowMDowMC4yMDcwMDAwMDAAAHNzz2PAi2PFiAAAAAAAAAACZ8iZRaOHRU5DT0RFUkSHjExhdmMgbGlib3B1c2fIokWjiERVUkFUSU9ORIeUMDA6MDA6MDAuMjA4MDAwMDAwAAAfQ7Z1QW3ngQCjm4IAAIAIguI0RUVYmrfgiUNkSggw4yMgEAlOzqOhgQAHgBACAJ0BKhAAEAAARwiFhYiFhIgCAgAMDmAA/mgAo5uCABWACKNA6AM8NKJCk+q6gMzANZz0CUy0vRmjlYIAKYAInVXw5F373FJ/QQuYQWfX2aOWggA9gAidX7B3MqpXPgy0R/TS8M6qgKOTggBRgAidX7B3MqpcT5KwDz9sgKOWggBlgAidX7B3MqpeqeF3J3clHLpxQKOhgQBrgBACAJ0BKhAAEAAARwiFhYiFhIgCAgAMDmAA/mgAo5eCAHmACJ1frvwBJ4jHtMXRBvMV6OSLxqOcggCNgAidApaty/qI9BiMlay7R6WlqmAX5e1FaKOWggChgAidX7B3MqpcLwAqQ4L61a24QKOWggC1gAidX7B3Mqpej9VSgNk8srk4cKCloZyCAMkACIMPmQ/dHyFhX8OcsCJjL9VIXUAi8uCAdaKEAM3+YBxTu2uiu4+zgQe3iveBAfGCAhvwgSC7j7OBa7eK94EB8YICG/CBvA==',
  },
  mov: {
    format: 'MP4',
    codec: 'h264',
    base64:
      // prettier-ignore
      'AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDEAAAAIZnJlZQAAAlJtZGF0ATRLKaiTK+1uPPPHSqi1oMljcllNmxOVeBbeqXlNKdSnUKmJCMlClMVxk0SMSNoYGBjZsGBkSJEbNmzYMiRSymzZuWhwAAAADWWIhAA7//73Tr8CCdkBNIrayUsjLJSCkb/Hnj/jv9/Ov7d/v51/2v8edDanZtzGMuLHZ7hQeF0Miw7H8tl/5bFw7AOWqD32XSIQxM+UTPlEyy56zgSE8AE26wrMn8f0/Xrjjzp1OGmtcA/8Npfc+PjM2776APjMB76AMnwBn9wPj4zJ9/eE+TgBBCsJwoc9/8f/xf+X+/+0S7qrrrcwIoolr0GNFFFFFF3CKJCFa1asVa3QgqOrgAEGKwmilvn/p/9f9v/b/aJdHFKzih9N25CFEVH0+lDdFBrEdnSsyNrClhK0eAEIKwmCpzz/f/6/z/+n8kurK67uU0MyMAAGbAFAfKedJ2Nnn5p5z81F/apSm9TBdYjWtyVHAAAACEGaIWxDf/7gAQQrCcKHfP+v/1/n/9P53Jcupvzznt4Dzzx0qjgS888lLGd/fMlacpSTErWJScABACsJgqd9/9P/r/v/5f6Wl2qRewUdPShDCJdFFHRRtbIoxpPgdo1sbViVnAE+SxLN73/0/3+k46aaaXLAAAAAxgsAAAAwoPD23gAHeMPdxAApx4et4ABhx4e7wcABNouyyUslLJSyUd/r1x/Tv8eeP2/P11q/6fr1obWgMjS2CO5aADGZrMzWHvoNqxCIywGvPMQRKIT8RzfIVALjMxoILSBgQjGbb4ABGIG0cAAABYltb292AAAAbG12aGQAAAAAAAAAAAAAAAAAAAPoAAAAyAABAAABAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAAACX3RyYWsAAABcdGtoZAAAAAMAAAAAAAAAAAAAAAEAAAAAAAAAyAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAEAAAABAAAAAAACRlZHRzAAAAHGVsc3QAAAAAAAAAAQAAAMgAAAAAAAEAAAAAAddtZGlhAAAAIG1kaGQAAAAAAAAAAAAAAAAAACgAAAAIAFXEAAAAAAAtaGRscgAAAAAAAAAAdmlkZQAAAAAAAAAAAAAAAFZpZGVvSGFuZGxlcgAAAAGCbWluZgAAABR2bWhkAAAAAQAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAABQnN0YmwAAAC+c3RzZAAAAAAAAAABAAAArmF2YzEAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAEAAQAEgAAABIAAAAAAAAAAEMTGF2YyBsaWJ4MjY0AAAAAAAAAAAAAAAAAAAAAAAAAAAY//8AAAA0YXZjQwFkAAr/4QAXZ2QACqzZXsBEAAADAAQAAAMAUDxIllgBAAZo6+PLIsD9+PgAAAAAEHBhc3AAAAABAAAAAQAAABRidHJ0AAAAAAAABIgAAASIAAAAGHN0dHMAAAAAAAAAAQAAAAIAAAQAAAAAFHN0c3MAAAAAAAAAAQAAAAEAAAAcc3RzYwAAAAAAAAABAAAAAQAAAAEAAAABAAAAHHN0c3oAAAAAAAAAAAAAAAIAAAARAAAADAAAABhzdGNvAAAAAAAAAAIAAAB1AAABkgAAAnl0cmFrAAAAXHRraGQAAAADAAAAAAAAAAAAAAACAAAAAAAAAMgAAAAAAAAAAAAAAAEBAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAkZWR0cwAAABxlbHN0AAAAAAAAAAEAAADIAAAEAAABAAAAAAHxbWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAC7gAAAKYBVxAAAAAAALWhkbHIAAAAAAAAAAHNvdW4AAAAAAAAAAAAAAABTb3VuZEhhbmRsZXIAAAABnG1pbmYAAAAQc21oZAAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAABYHN0YmwAAAB+c3RzZAAAAAAAAAABAAAAbm1wNGEAAAAAAAAAAQAAAAAAAAAAAAIAEAAAAAC7gAAAAAAANmVzZHMAAAAAA4CAgCUAAgAEgICAF0AVAAAAAABOpAAATqQFgICABRGIVuUABoCAgAECAAAAFGJ0cnQAAAAAAABOpAAATqQAAAAgc3R0cwAAAAAAAAACAAAACgAABAAAAAABAAABgAAAAChzdHNjAAAAAAAAAAIAAAABAAAAAQAAAAEAAAACAAAABQAAAAEAAABAc3RzegAAAAAAAAAAAAAACwAAAEUAAABKAAAAMQAAAC8AAAAtAAAANQAAAC8AAAAsAAAAMQAAAEsAAAAFAAAAHHN0Y28AAAAAAAAAAwAAADAAAACGAAABngAAABpzZ3BkAQAAAHJvbGwAAAACAAAAAf//AAAAHHNiZ3AAAAAAcm9sbAAAAAEAAAALAAAAAQAAAD11ZHRhAAAANW1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAG1kaXJhcHBsAAAAAAAAAAAAAAAACGlsc3Q=',
  },
}

const CODECS = ['vp8', 'opus', 'h264', 'aac'] as const

/**
 * @param options.folder where a file is stored temporarily
 * @returns a function that checks, once per kind, whether ffmpeg reads a known good file
 *   @throws JobError `ffmpegCannotRead` if it does not: then the recording is not at fault
 */
export function openKnownGood(
  options: Omit<Probing, 'ffmpeg' | 'codecs'> & {
    readonly ffmpeg: FencedFfmpeg & { readonly version: string; readonly has: Features }
    readonly folder: string
  },
): (demuxer: Demuxer) => Promise<void> {
  const { ffmpeg, folder, signal } = options
  const { version, has } = ffmpeg
  const asked = new Map<Demuxer, Promise<void>>()
  const ask = async (demuxer: Demuxer) => {
    const { format, codec, base64 } = FILES[demuxer]
    const path = join(folder, `known-good.${demuxer}`)
    await writeFile(path, Buffer.from(base64, 'base64'))
    const found = await probeRecording({ ...options, codecs: CODECS, path }).finally(() =>
      rm(path, { force: true }),
    )
    signal?.throwIfAborted()
    const isShown = 'probe' in found && !found.lostPicture
    // A missing decoder matters only if a recording needs it.
    if (isShown || ('probe' in found && has.decoder?.includes(codec) === false)) return
    const detail = 'unusable' in found ? found.detail : ''
    throw new JobError(
      { code: 'ffmpegCannotRead', params: { path: ffmpeg.path, version, format, detail } },
      { fault: 'config' },
    )
  }
  return (demuxer) => {
    const answer = asked.get(demuxer) ?? ask(demuxer)
    asked.set(demuxer, answer)
    return answer
  }
}
