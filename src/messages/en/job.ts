/** What planning, encoding and running a job has to say. */
export const job = {
  internal: (p: { detail: string }) => `internal error: ${p.detail}`,
  streamBeyondMaximum: (p: { streamId: string; maximum: number }) =>
    `${p.streamId}: left out, since SubscribeConfig.MaxSubscriptions is ${p.maximum} and others joined before it`,
  streamNeverSeen: (p: { streamId: string }) => `${p.streamId}: heard but never shown, the layout has no region for it`,
  recorderOwnClock: (p: { name: string; earliestMs: number }) =>
    `${p.name}: its first timestamp is ${p.earliestMs} ms, too far from 0 to be an offset; it was placed at StartTime`,
  keyStreamMissing: (p: { streamId: string }) =>
    `JobConfig.KeyStream ${p.streamId} is not among the streams of this job; it is ignored`,
  ffmpegMissing: (_: object) =>
    'no ffmpeg was found; install it (apt-get install ffmpeg), or set ffmpeg.path in conf/ or FFMPEG_PATH',
  ffmpegUnusable: (p: { path: string; from: string }) =>
    `${p.path} (from ${p.from}) does not run as ffmpeg; check the path and its permissions`,
  ffmpegTooOld: (p: { path: string; version: string; oldest: string }) =>
    `${p.path} is ffmpeg ${p.version}; at least ${p.oldest} is needed`,
  ffmpegFailed: (p: { name: string; detail: string }) => `encoding failed (${p.name}): ${p.detail}`,
  ffmpegStalled: (p: { name: string; seconds: number }) =>
    `encoding (${p.name}) made no progress for ${p.seconds} s and was ended`,
  framesWrong: (p: { name: string; made: number; planned: number }) =>
    `encoding (${p.name}) made ${p.made} frames where ${p.planned} were planned; nothing was uploaded`,
}
