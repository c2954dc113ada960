import type { Feature } from '../../model/feature.ts'
import type { PictureDoubt } from '../../model/room.ts'

const OUTPUTS = {
  finished: 'the finished file',
  poster: 'the poster',
  thumbnails: 'the thumbnails',
  hls: 'the HLS rendition',
} as const
const PIECES =
  'list all of its pieces in order under one stream, the one with the beginning first, or join the pieces in order and list them as one file'
const DOUBTS = {
  aspect:
    'its pixel aspect ratio is declared as more than 4:1 or less than 1:4, which no camera has; its pixels are treated as square',
  turn: 'its picture is declared as rotated by an angle that is not a multiple of 90 degrees; it is rotated by the nearest multiple',
  mirrored: 'its picture is declared as mirrored; it is shown upright and not mirrored',
  aspectChanges:
    'its pixel aspect ratio changes in the file; the first one is used throughout, so parts may look stretched',
  coloursChange:
    'its colour space or range changes in the file; the first one is used throughout, so parts may look pale or too dark',
  alphaChanges:
    'only parts of its picture have a pixel format with transparency; the first format is used throughout',
} as const satisfies Record<PictureDoubt, string>
const INPUTS = {
  cfg: 'the job file',
  index: 'the index',
  updates: 'the timed updates',
  watermark: 'the watermark picture',
} as const

const tracks = (count: number, medium: string): string =>
  `${count} ${medium} ${count === 1 ? 'track' : 'tracks'}`

/** Messages about planning, encoding and running a job. */
export const job = {
  internal: (p: { detail: string }) => `internal error: ${p.detail}`,
  streamBeyondMaximum: (p: {
    streamId: string
    maximum: number
    fromSeconds: number
    toSeconds: number
    others: number
  }) =>
    `${p.streamId}: left out from ${p.fromSeconds} s to ${p.toSeconds} s${p.others > 0 ? ` and ${p.others} more ${p.others === 1 ? 'time' : 'times'}` : ''}, since SubscribeConfig.MaxSubscriptions is ${p.maximum} and that many streams had joined before it`,
  streamNeverSeen: (p: { streamId: string }) =>
    `${p.streamId}: heard but never shown, the layout has no region for it`,
  recorderOwnClock: (p: { name: string; earliestMs: number }) =>
    `${p.name}: its first timestamp is ${p.earliestMs} ms, too far from 0 to be an offset; it was placed at StartTime`,
  timesMended: (p: { name: string; medium: 'video' | 'audio'; packets: number }) =>
    `${p.name}: ${p.packets} ${p.packets === 1 ? 'packet' : 'packets'} of its ${p.medium === 'video' ? 'picture' : 'sound'} had timestamps far from those around them; they were placed between their neighbours`,
  clockRestarts: (p: { name: string; parts: number }) =>
    `${p.name}: its clock starts again, as if the recorder had been restarted into the same file; its ${p.parts} parts were placed one after the other`,
  blockTimesWrapped: (p: { name: string }) =>
    `${p.name}: its clusters are longer than the 16-bit time of a block can express (32.8 s); the times that wrapped around were corrected`,
  clocksApart: (p: { name: string; medium: 'video' | 'audio'; minutes: number; isPlaced: boolean }) => {
    const [its, other] = p.medium === 'video' ? ['picture', 'sound'] : ['sound', 'picture']
    const apart = `its ${its} is stamped ${Math.abs(p.minutes).toFixed(1)} minutes ${p.minutes < 0 ? 'before' : 'after'} its ${other}`
    return p.isPlaced
      ? `${p.name}: ${apart}, although both are interleaved in the file; the ${its} was placed by the ${other} beside it`
      : `${p.name}: ${apart}, and the file does not tell which ${its} belongs to which ${other}; the ${its} is not used`
  },
  piecesJoined: (p: { name: string; others: readonly string[] }) =>
    `${p.name}: it continues in ${p.others.slice(0, 5).join(', ')}${p.others.length > 5 ? ` and ${p.others.length - 5} more` : ''}, which have no header of their own; they were joined into one recording, placed at the StartTime of the first`,
  seekIndexWrong: (p: { name: string }) =>
    `${p.name}: its own index (Cues, sidx or mfra) points to wrong places; the file is read from its start whenever a part of it is needed, which takes longer`,
  lengthOther: (p: { name: string; seconds: number; said: number }) =>
    `${p.name}: it lasts ${p.seconds} s, but its StartTime and EndTime are ${p.said} s apart; all of it is used from StartTime on; check both times`,
  recordingsOverlap: (p: { streamId: string; name: string; next: string; seconds: number }) =>
    `${p.streamId}: "${p.name}" continues for ${p.seconds} s after the StartTime of "${p.next}", which is shown and heard in its place from there on; check both times`,
  partUnread: (p: { name: string; at: number }) =>
    `${p.name}: another recording begins inside the file, at byte ${p.at}, which cannot be read together with the first: what comes from there on is missing or broken; split the file there and list both parts in the index`,
  pictureDoubtful: (p: { name: string; doubt: PictureDoubt }) =>
    `${p.name}: ${DOUBTS[p.doubt]}; re-encode the recording if it looks wrong`,
  tracksMixed: (p: { name: string; tracks: number }) =>
    `${p.name}: it has ${p.tracks} sound tracks; all of them are heard, each as loud as it is`,
  speedNotFollowed: (p: { name: string }) =>
    `${p.name}: its edit list plays parts of it faster or slower, or holds a picture; it is used at the speed at which it was recorded`,
  tracksUnused: (p: { name: string; video: number; audio: number }) =>
    `${p.name}: it has more tracks than are used; ignored: ${[...(p.video > 0 ? [tracks(p.video, 'video')] : []), ...(p.audio > 0 ? [tracks(p.audio, 'audio')] : [])].join(', ')}`,
  keyStreamMissing: (p: { streamId: string }) =>
    `JobConfig.KeyStream ${p.streamId} is not among the streams of this job; it is ignored`,
  ffmpegMissing: (_: object) =>
    'no ffmpeg was found; install 5.1 or newer (apt-get install ffmpeg; 5.1 to 9.0 are tested), or set ffmpeg.path in conf/ or FFMPEG_PATH',
  ffmpegUnusable: (p: { path: string; from: string; detail: string }) =>
    `${p.path} (from ${p.from}) does not run as ffmpeg${p.detail && ` (${p.detail})`}; check the path and its permissions`,
  ffmpegTooOld: (p: { path: string; version: string; oldest: string }) =>
    `${p.path} is ffmpeg ${p.version}; at least ${p.oldest} is needed (5.1 to 9.0 are tested); upgrade it, or set ffmpeg.path in conf/ or FFMPEG_PATH`,
  ffmpegLacks: (p: { path: string; version: string; features: readonly Feature[] }) =>
    `${p.path} (ffmpeg ${p.version}) lacks what this job needs: ${p.features.map(({ kind, name }) => `${kind} ${name}`).join(', ')}; install a full build (apt-get install ffmpeg), or set ffmpeg.path in conf/ or FFMPEG_PATH to one`,
  ffmpegCannotRead: (p: { path: string; version: string; format: string; detail: string }) =>
    `${p.path} (ffmpeg ${p.version}) cannot read even an intact ${p.format} file${p.detail && ` (${p.detail})`}, so the recordings are not to blame; install another (5.1 to 9.0 are tested), or set ffmpeg.path in conf/ or FFMPEG_PATH to one`,
  sandboxMissing: (_: object) =>
    'ffmpeg.sandbox in conf/ is "on", but bubblewrap (bwrap) was not found on PATH; install it (apt-get install bubblewrap), or set ffmpeg.sandbox to "auto" to go on without a sandbox',
  sandboxUnusable: (p: { bwrap: string; path: string; detail: string }) =>
    `ffmpeg.sandbox in conf/ is "on", but ${p.bwrap} cannot run ${p.path} on this machine${p.detail && ` (${p.detail})`}; allow user namespaces, use an ffmpeg below /usr or /opt, or set ffmpeg.sandbox to "auto" to go on without a sandbox`,
  sandboxFailed: (p: { detail: string }) =>
    `the sandbox around an ffmpeg could not be made (${p.detail}); set ffmpeg.sandbox in conf/ to "off" to go on without`,
  ffmpegFailed: (p: { name: string; detail: string; isCrash?: boolean | undefined }) =>
    `encoding failed (${p.name}): ${p.detail}`,
  ffmpegStalled: (p: { name: string; seconds: number }) =>
    `encoding (${p.name}) made no progress for ${p.seconds} s and was ended`,
  ffmpegFenced: (p: { name: string; reached: 'memory' | 'cpu' }) =>
    p.reached === 'memory'
      ? `encoding (${p.name}) needs more memory than the job may take; give it more (limits.memoryMb in conf/), or make the canvas smaller`
      : `encoding (${p.name}) took many times the CPU time that its length calls for and was ended`,
  canvasTooLarge: (p: { width: number; height: number; neededMb: number; memoryMb: number; fits: string }) =>
    `a canvas of ${p.width} x ${p.height} needs about ${p.neededMb} MB of memory, the job may take ${p.memoryMb} MB; ${p.fits} would fit, or give it more (limits.memoryMb in conf/)`,
  encoderUnusable: (p: { encoder: string; detail: string }) =>
    `video.encoder ${p.encoder} does not work here, x264 encodes in its place: ${p.detail}`,
  encoderFailed: (p: { encoder: string; detail: string }) =>
    `${p.encoder} failed while the job ran, x264 encodes the whole picture in its place: ${p.detail}`,
  framesWrong: (p: { name: string; made: number; planned: number }) =>
    `encoding (${p.name}) made ${p.made} frames where ${p.planned} were planned; nothing was uploaded`,
  diskTooSmall: (p: { folder: string; neededMb: number; freeMb: number }) =>
    `the job needs about ${p.neededMb} MB in ${p.folder}, where ${p.freeMb} MB are free; make room, or set work.folder in conf/`,
  workDiskFull: (p: { name: string; folder: string }) =>
    `the disk with ${p.folder} became full (${p.name}); make room and start the job again: it goes on where it stopped`,
  noPipe: (p: { path: string }) =>
    `cannot make the named pipe ${p.path}; choose a --work-dir on a local disk and start the job again`,
  systemLimit: (p: { code: string }) =>
    `the system does not let the worker open more files or processes (${p.code}); raise its limits (ulimit -n, ulimit -u) and start the job again`,
  uploadFailed: (p: { reason: string; path: string }) =>
    `${p.reason}; the finished file is kept as ${p.path} and is uploaded by the next run`,
  uploadBackedUp: (p: { first: string; bucket: string; key: string }) =>
    `the file was put into the backup bucket "${p.bucket}" as ${p.key}, because the first upload failed: ${p.first}`,
  usage: (p: { detail: string }) => `${p.detail}; owt-main --help shows how it is used`,
  stopped: (p: { signal: string }) => `stopped by ${p.signal}; nothing was uploaded`,
  cancelled: (_: object) => 'stopped by the program that ran the job; nothing was uploaded',
  jobTooLong: (p: { minutes: number; isSet: boolean }) =>
    (p.isSet
      ? `the job took longer than the ${p.minutes} min that limits.jobMinutes in conf/ allows and was ended; raise that`
      : `the job took longer than ${p.minutes} min, many times what its plan calls for, and was ended; set limits.jobMinutes in conf/ to what it may take`) +
    ' and start the job again: it goes on where it stopped',
  folderNotOwn: (p: { path: string }) =>
    `${p.path} is not a folder of the worker's own: it is a link, belongs to another user, or holds what others may have put there; remove it, or choose another --work-dir`,
  jobRunning: (p: { jobId: string; pid: number }) =>
    `${p.jobId} is already running on this machine (process ${p.pid}); wait for it or stop it`,
  recordingsChanged: (p: { name: string; others: number }) =>
    `the recording "${p.name}"${p.others > 0 ? ` and ${p.others} more` : ''} changed after the worker had looked at it; nothing was uploaded: start the job again once its writer is done`,
  claimLost: (_: object) =>
    'this process was suspended for so long that another one may have started to write the same file; nothing was uploaded: start the job again',
  indexMissing: (p: { jobId: string; places: readonly string[] }) =>
    `no index of job ${p.jobId} was found; looked for ${p.places.join(', ')}; name it with --index`,
  indexElsewhere: (p: { url: string; bucket: string }) =>
    `--index ${p.url} is not in the job's own bucket "${p.bucket}"; name an object of that bucket or a local path`,
  outputIsRecording: (p: { kind: keyof typeof OUTPUTS; name: string; setting: string }) =>
    `${OUTPUTS[p.kind]} would replace the recording "${p.name}"; choose another RecordingConfig.${p.setting}.FileNamePrefix`,
  outputIsInput: (p: {
    kind: keyof typeof OUTPUTS
    what: keyof typeof INPUTS
    name: string
    setting: string
  }) =>
    `${OUTPUTS[p.kind]} would replace ${INPUTS[p.what]} ${p.name}; choose another RecordingConfig.${p.setting}.FileNamePrefix`,
  logIsInput: (p: { path: string; what: keyof typeof INPUTS | 'recording'; name: string }) =>
    `${p.path}, which the worker writes, would replace ${p.what === 'recording' ? 'the recording' : INPUTS[p.what]} ${p.name}; choose another --log-dir or -o`,
  fileUnreadable: (p: { path: string; reason: string }) =>
    `${p.path} cannot be read (${p.reason}); check the path`,
  noUsableStream: (p: { jobId: string; skipped: number }) =>
    p.skipped > 0
      ? `${p.jobId}: no usable stream, ${p.skipped} of its recordings had to be left out; the result file names each with its reason`
      : `${p.jobId}: no usable stream; check that the index lists recordings, and that SubscribeConfig and MediaChannel do not exclude all of them`,
  skippedStrict: (p: { count: number; first: string }) =>
    `${p.count} cannot be used and --strict is set; the first: ${p.first}`,
  recordingSkipped: (p: { streamId: string; name: string; reason: string }) =>
    `${p.streamId}: recording "${p.name}" is left out: ${p.reason}`,
  slicesUnused: (p: { name: string; count: number; of: number }) =>
    `"${p.name}": ${p.count} of its ${p.of} slices cannot be read and are left out; check them`,
  // Why a recording is left out. The caller names the recording.
  empty: (_: { detail: string }) => 'the file is empty',
  folder: (_: { detail: string }) => 'it is a folder',
  unreadable: (p: { detail: string }) => `it cannot be read (${p.detail})`,
  notMedia: (_: { detail: string }) =>
    `it is not a WebM, MP4, Ogg, WAV, MP3, FLAC, AAC or TS file; if it is a piece of a recording made with a timeslice, ${PIECES}`,
  fragment: (_: object) =>
    `it is a piece that continues an MP4 file and cannot be opened without its beginning; ${PIECES}`,
  broken: (p: { detail: string }) => `it cannot be opened${p.detail && ` (${p.detail})`}`,
  noPackets: (_: { detail: string }) => 'it holds no picture and no sound that can be decoded',
  codecRefused: (p: { detail: string }) =>
    `it is coded as ${p.detail}, which ffmpeg.codecs in conf/ does not list; add it there to have it decoded`,
  pictureTooLarge: (p: { detail: string }) =>
    `its picture claims to be ${p.detail}, more than the job decodes; raise limits.maxPixels in conf/, or limits.memoryMb if the limit comes from memory`,
  stalled: (p: { detail: string }) => `reading it made no progress for ${p.detail} s and was ended`,
  hdrNotMapped: (p: { streamId: string; name: string }) =>
    `${p.streamId}: "${p.name}" has high dynamic range (HDR), and this ffmpeg lacks zscale or tonemap: its colours will be off; use an ffmpeg that has both`,
  alphaNotDecoded: (p: { streamId: string; name: string }) =>
    `${p.streamId}: "${p.name}" is transparent in places, and this ffmpeg lacks the decoders libvpx and libvpx-vp9: transparent parts will be opaque; use an ffmpeg that has both`,
  tooMuchMemory: (p: { detail: string }) =>
    `reading it took more than ${p.detail} MB of memory and was ended; no recording of its size needs that`,
  tooMuchTime: (p: { detail: string }) =>
    `reading it took more than ${p.detail} s and was ended; no recording of its size needs that`,
  tooManyPackets: (_: { detail: string }) => 'its tables claim more packets than it has bytes',
  silentAsAsked: (_: object) =>
    'RecordingConfig.MediaChannel is 2: the file is silent as asked, though the recordings hold sound; 3 mixes both',
  nothingSeen: (p: { recordings: number }) =>
    `the whole picture would be background: none of the ${p.recordings} recordings with a picture is shown; check SubscribeConfig, PositionConfig and JobConfig, or set RecordingConfig.MediaChannel to 1 for sound alone`,
  nothingHeard: (p: { recordings: number }) =>
    `the whole sound would be silent: none of the ${p.recordings} recordings with sound is heard; check SubscribeConfig and JobConfig, or set RecordingConfig.MediaChannel to 2 for a picture alone`,
  loudnessNotMeasured: (_: object) =>
    'the loudness of the mix could not be measured; its level is left as it was recorded',
  watermarkMissing: (p: { source: string; reason: string }) =>
    `the watermark picture ${p.source} cannot be fetched (${p.reason}); it is left out`,
  noSuchObject: (_: object) => 'there is no such file or object',
  largerThan: (p: { bytes: number }) => `larger than ${p.bytes} bytes`,
  watermarkNoPicture: (p: { source: string }) =>
    `the watermark picture ${p.source} is not PNG, JPEG, WebP, BMP or GIF; it is left out`,
  watermarkBroken: (p: { source: string }) =>
    `the watermark picture ${p.source} cannot be decoded, or has more than limits.maxPixels; it is left out`,
  tooLong: (p: { hours: number; maxHours: number }) =>
    `its timestamps span ${p.hours.toFixed(1)} hours, more than limits.maxHours (${p.maxHours}) in conf/ allows`,
  tooManyRecordings: (p: { count: number; maximum: number }) =>
    `the index lists ${p.count} recordings, more than limits.maxRecordings (${p.maximum}) in conf/ allows; check that it is the right file`,
  timesBeyond: (_: { detail: string }) => 'its timestamps are hundreds of years from 0 and cannot be used',
  timesUnsound: (_: object) => 'its timestamps contradict one another too often to be corrected',
  undecodable: (p: { medium: 'video' | 'audio' }) =>
    p.medium === 'video'
      ? 'its picture cannot be decoded to the end'
      : 'its sound cannot be decoded to the end',
  undecodedInPart: (p: { streamId: string; medium: 'video' | 'audio' }) =>
    p.medium === 'video'
      ? `${p.streamId}: parts of its picture cannot be decoded; the last picture before them stays`
      : `${p.streamId}: parts of its sound cannot be decoded and are silent`,
  decoderHeavy: (p: { mb: number }) =>
    `its decoder may need ${p.mb} MB, the most of all recordings, and together they need more than the job may take; raise limits.memoryMb in conf/`,
  trackLeftOut: (p: { streamId: string; medium: 'video' | 'audio' }) =>
    p.medium === 'video'
      ? `${p.streamId}: its picture cannot be decoded to the end and is left out; its sound is heard`
      : `${p.streamId}: its sound cannot be decoded to the end and is left out; its picture is shown`,
  trackRefused: (p: { streamId: string; medium: 'video' | 'audio'; reason: string }) =>
    p.medium === 'video'
      ? `${p.streamId}: its picture is left out: ${p.reason}; its sound is heard`
      : `${p.streamId}: its sound is left out: ${p.reason}; its picture is shown`,
  checkFailed: (p: { found: readonly string[]; kept: string }) =>
    `the finished file is not what was planned: ${p.found.join('; ')}; it was not uploaded and is kept as ${p.kept}`,
  checkNoTrack: (p: { medium: 'video' | 'audio' }) =>
    p.medium === 'video' ? 'it has no picture' : 'it has no sound',
  checkFrames: (p: { made: number; planned: number }) => `it has ${p.made} frames, ${p.planned} were planned`,
  checkTimes: (p: { frame: number; ms: number }) => `frame ${p.frame} is shown at ${p.ms.toFixed(3)} ms`,
  checkStart: (p: { ms: number }) => `its sound starts ${p.ms.toFixed(1)} ms after its picture`,
  checkEnds: (p: { ms: number }) => `its sound ends ${p.ms.toFixed(1)} ms after its picture`,
  checkEmpty: (p: { streamId: string; ms: number }) =>
    `the place of ${p.streamId} shows one colour at ${(p.ms / 1000).toFixed(2)} s, its recording does not`,
  checkUnchanged: (p: { streamId: string; ms: number }) =>
    `the place of ${p.streamId} did not change with the layout before ${(p.ms / 1000).toFixed(2)} s`,
  checkSilent: (p: { streamId: string; ms: number }) =>
    `it is silent at ${(p.ms / 1000).toFixed(0)} s, the recording of ${p.streamId} is not`,
}
