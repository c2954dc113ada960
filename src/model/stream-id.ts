/** Parses stream ids: `"$userId_$mediaType"`. A user id may contain `_`, so the last one separates. */

/** User and media type as written; undefined if the id does not have this form. */
export function splitStreamId(
  streamId: string,
): { readonly user: string; readonly mediaType: string } | undefined {
  const at = streamId.lastIndexOf('_')
  const user = streamId.slice(0, Math.max(at, 0))
  const mediaType = streamId.slice(at + 1)
  return user === '' || !/^\d{1,9}$/.test(mediaType) ? undefined : { user, mediaType }
}

/** Whether a stream is a screen share: media type 2. */
export function isScreenShare(streamId: string): boolean {
  return splitStreamId(streamId)?.mediaType === '2'
}

/** The participant a stream belongs to: its user id, or the whole id if it has no media type. */
export function participantOf(streamId: string): string {
  return splitStreamId(streamId)?.user ?? streamId
}
