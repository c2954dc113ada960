/** Tracks of a recording that are not decoded, for what the recording says of them. */
import type { Message } from '../messages/index.ts'
import type { PacketReader } from './packets.ts'

export type RefusalCode = 'codecRefused' | 'pictureTooLarge'
export type Refusal = Extract<Message, { code: RefusalCode }>

/** ffmpeg's name for all that it does not know. */
const UNKNOWN = 'none'

/** Why, by medium. */
export type Refused = Readonly<Partial<Record<'video' | 'audio', Refusal>>>

/**
 * @param limits.codecs what may be decoded
 * @param limits.maxPixels what a picture may claim
 */
export function refusedTracks(
  packets: Pick<PacketReader, 'codecs' | 'size'>,
  { codecs: allowed, maxPixels }: { readonly codecs: readonly string[]; readonly maxPixels: number },
): Refused {
  const codecs = packets.codecs()
  const [video, audio] = (['video', 'audio'] as const).map((medium): Refusal | undefined => {
    const codec = codecs[medium]
    // One that ffmpeg itself does not know has no decoder that could be reached.
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
  return { ...(picture && { video: picture }), ...(audio && { audio }) }
}

/** Why nothing is left of a recording; undefined where none of its tracks was refused. */
export function refusalOf({ video, audio }: Refused): Refusal | undefined {
  const [first, second] = [video, audio].filter((refusal) => refusal !== undefined)
  if (!first || second?.code !== first.code) return first
  return { code: first.code, params: { detail: `${first.params.detail}, ${second.params.detail}` } }
}

export function withoutRefused<T>(
  tracks: Readonly<Partial<Record<'video' | 'audio', T>>>,
  refused: Refused,
): Partial<Record<'video' | 'audio', T>> {
  const { video, audio } = tracks
  return {
    ...(video !== undefined && !refused.video && { video }),
    ...(audio !== undefined && !refused.audio && { audio }),
  }
}
