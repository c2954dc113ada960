/** Tracks that are not decoded because of what the recording declares. */
import type { Message } from '../messages/index.ts'
import type { PacketReader } from './packets.ts'

export type RefusalCode = 'codecRefused' | 'pictureTooLarge'
export type Refusal = Extract<Message, { code: RefusalCode }>

/** ffmpeg's name for unknown codecs. */
const UNKNOWN = 'none'

/** The reasons, by medium. */
export type Refused = Readonly<Partial<Record<'video' | 'audio', Refusal | undefined>>>

/**
 * @param limits.codecs codecs that may be decoded
 * @param limits.maxPixels maximum declared picture size
 */
export function refusedTracks(
  packets: Pick<PacketReader, 'codecs' | 'size'>,
  { codecs: allowed, maxPixels }: { readonly codecs: readonly string[]; readonly maxPixels: number },
): Refused {
  const codecs = packets.codecs()
  const [video, audio] = (['video', 'audio'] as const).map((medium): Refusal | undefined => {
    const codec = codecs[medium]
    // ffmpeg has no decoder for a codec it does not know.
    if (codec === undefined || codec === UNKNOWN || allowed.includes(codec)) return undefined
    return { code: 'codecRefused', params: { detail: codec } }
  })
  const size = codecs.video === undefined ? undefined : packets.size()
  const isTooLarge = size !== undefined && size.width * size.height > maxPixels
  const picture: Refusal | undefined =
    video ??
    (isTooLarge
      ? { code: 'pictureTooLarge', params: { detail: `${size.width} x ${size.height}` } }
      : undefined)
  return { video: picture, audio }
}

/** The reason why nothing of a recording is usable; undefined if no track was refused. */
export function refusalOf({ video, audio }: Refused): Refusal | undefined {
  const [first, second] = [video, audio].filter((refusal) => refusal !== undefined)
  if (!first || second?.code !== first.code) return first
  return { code: first.code, params: { detail: `${first.params.detail}, ${second.params.detail}` } }
}

export function withoutRefused<T>(
  { video, audio }: Readonly<Partial<Record<'video' | 'audio', T>>>,
  refused: Refused,
): Partial<Record<'video' | 'audio', T | undefined>> {
  return { video: refused.video ? undefined : video, audio: refused.audio ? undefined : audio }
}
