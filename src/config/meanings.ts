/**
 * Meanings of the fields of cfg.json and of the index: with the shapes in `schema.ts`, the source of the JSON Schemas
 * and docs/config.md. Keys are paths without array indexes. Markdown with `code` only.
 */
import { storageSchema } from './schema.ts'

export interface Meaning {
  readonly is: string
  /** The default: a value, or a description if it depends on something. */
  readonly preset?: string | number | boolean | object
  readonly presetText?: string
  /** What the vendor's document says, if the worker does otherwise. */
  readonly vendor?: string
  /** Path of another field with the same shape and meaning below it. */
  readonly as?: string
}

export type Meanings = Readonly<Record<string, Meaning>>

const VIDEO = 'Data.TranscodingConfig.Video'
const MIXER = 'Data.MixerConfig'
const SUBSCRIBE = 'Data.SubscribeConfig'
const STORAGE = 'Data.RecordingConfig.StorageConfig'
const NOTIFY = 'Data.NotifyConfig'

const SCHEMA: Meaning = {
  is: 'The JSON Schema of this file, for editors: a path or URL. The worker does not read it.',
  vendor: 'not there; ours',
}

const REQUIRED = 'required'
const OURS = 'not there; ours'

const internal: Meanings = {
  Version: { is: 'Version of the request format. Not used.', vendor: 'optional; `1.0` at present' },
  Action: { is: 'What is asked for.', preset: 'job.start', vendor: REQUIRED },
  Token: {
    is: 'Echoed in `ucloud` callbacks whose entry in `NotifyConfig` has no `Token` of its own. Never logged.',
    vendor: 'the token that authenticates the request',
  },
  Internal: { is: 'Which recording task is mixed.' },
  'Internal.RequestId': { is: 'Echoed in `ucloud` callbacks.', vendor: REQUIRED },
  'Internal.JobId': {
    is: 'The single-stream recording task to mix. Names the index, the log, the result file, the work folder, and `$Jobid` in `FileNamePrefix`.',
    vendor: 'required; says nothing of the characters allowed',
  },
  'Internal.AppId': { is: 'The developer id, told in callbacks.', vendor: REQUIRED },
  'Internal.RoomId': { is: 'The room, told in callbacks.', vendor: REQUIRED },
  'Internal.Mode': {
    is: 'The kind of task. This worker always mixes; 0 gives a warning.',
    preset: 1,
    vendor: 'required; 0 records single streams',
  },
  'Internal.ChannelType': { is: 'The kind of room. Not used.', vendor: REQUIRED },
}

const whole: Meanings = {
  Data: { is: 'What is made of it.' },
  'Data.JobConfig': { is: 'When the output ends.' },
  'Data.JobConfig.IdleTime': {
    is: 'Seconds the output goes on after `KeyStream` last leaves. It ends with the last stream at the latest. Without `KeyStream` it has no effect.',
    preset: 60,
    vendor: 'a whole number; also how long a live task waits after the last stream has gone',
  },
  'Data.JobConfig.KeyStream': {
    is: 'The stream with whose end the output ends, as `<user>_<1 camera or 2 screen>`. One that is not in the index gives a warning and has no effect.',
  },
  'Data.TranscodingConfig': { is: 'How the output is encoded.' },
  'Data.TranscodingConfig.Bitrate': {
    is: 'Another place for `Video.BitRate`, which wins.',
    vendor: 'in the document on live push only',
  },
  'Data.TranscodingConfig.BitRate': { is: 'Another place for `Video.BitRate`, which wins.', vendor: OURS },
  [VIDEO]: { is: 'The picture.' },
  [`${VIDEO}.Codec`]: { is: 'The video codec.', preset: 'h264', vendor: REQUIRED },
  [`${VIDEO}.Width`]: { is: 'Width of the canvas in pixels.', vendor: 'gives no limits' },
  [`${VIDEO}.Height`]: { is: 'Height of the canvas in pixels.', vendor: 'gives no limits' },
  [`${VIDEO}.Fps`]: { is: 'Frames per second, constant.', vendor: 'gives no limits' },
  [`${VIDEO}.BitRate`]: {
    is: 'Average bit rate of the picture in kbit/s. Required here or in one of the other places for it.',
    presetText: 'required',
    vendor: 'gives no unit',
  },
  [`${VIDEO}.Bitrate`]: { is: 'Another name of `BitRate`, which wins.', vendor: OURS },
  [`${VIDEO}.Profile`]: {
    is: 'H.264 profile. `highprofile` is `high`.',
    preset: 'high',
    vendor:
      'required; lists `baseline` and `highprofile` and supports the latter only; its samples have `baseline` and `highprodile`',
  },
  'Data.TranscodingConfig.Audio': { is: 'The sound.', vendor: REQUIRED },
  'Data.TranscodingConfig.Audio.Codec': {
    is: 'AAC: `aac` and `aac_48000_2` are stereo, `aac_48000_1` is mono.',
    preset: 'aac',
    vendor:
      'required; also opus, for pushing into a room. The names with rate and channels are in a sample only',
  },
  'Data.TranscodingConfig.Audio.SampleRate': {
    is: 'Sampling rate in Hz.',
    preset: 48000,
    vendor: 'required; a sample has 4800, which is read as 48000 with a warning',
  },
  'Data.RecordingConfig': { is: 'What is recorded, and where it lies.' },
  'Data.RecordingConfig.MediaChannel': {
    is: 'What the output holds. 2 makes a silent file.',
    preset: 3,
    vendor: 'required; its samples have 2',
  },
  'Data.RecordingConfig.FileType': {
    is: 'Containers to make. Only `mp4` is made; others beside it give a warning, a list without it is an error.',
    preset: ['mp4'],
    vendor: 'required, an array; `webm` too, for single streams',
  },
  'Data.LiveConfig': {
    is: 'A live push. Not done by this worker: a `Url` gives a warning.',
    vendor: 'pushes the mix to it',
  },
  'Data.LiveConfig.Type': { is: 'Kind of push. Not used.' },
  'Data.LiveConfig.Url': { is: 'Where to push. Not used.' },
}

const notify: Meanings = {
  [NOTIFY]: {
    is: 'Receivers of callbacks, one or an array of them; see [callbacks](callbacks.md).',
    vendor: 'an array',
  },
  [`${NOTIFY}.Status`]: { is: 'Whether this receiver is told.', preset: 'open', vendor: REQUIRED },
  [`${NOTIFY}.ServiceType`]: {
    is: 'What is told: `job.mixer` the mixing, `job.oss` the upload, `job.record` the mixing by the names of single-stream recording. `job.living` is live push, of which there is none: a warning.',
    vendor: '`job.living` is in the document on live push only',
  },
  [`${NOTIFY}.EventType`]: { is: 'Not used: every event of the service is told.' },
  [`${NOTIFY}.NotifyUrl`]: {
    is: 'Where callbacks go, `http://` or `https://`. A user and password in it are sent as basic authentication. Without a usable one nothing is told, with a warning.',
    presetText: 'nothing is told',
    vendor: REQUIRED,
  },
  [`${NOTIFY}.Token`]: {
    is: 'Echoed in `ucloud` callbacks. Never logged.',
    presetText: 'the `Token` of the request',
  },
  [`${NOTIFY}.Dialect`]: { is: 'Whose events and fields are used.', preset: 'ucloud', vendor: OURS },
  [`${NOTIFY}.Key`]: {
    is: 'Signs every callback, and the bodies of `volcengine` and `tencent`. Never logged.',
    presetText: 'no signature; an empty key in `volcengine` and `tencent`',
    vendor: OURS,
  },
}

const mixer: Meanings = {
  [MIXER]: { is: 'Who is where in the picture.' },
  [`${MIXER}.MaxResolutionStream`]: {
    is: 'The stream that takes the main region while it is present, as `<user>_<1 camera or 2 screen>`. One that is not in the index gives a warning.',
    presetText: 'the first stream',
  },
  [`${MIXER}.BackgroundColor`]: { is: 'Colour behind and between the streams.', presetText: 'black' },
  [`${MIXER}.BackgroundColor.R`]: { is: 'Red.', preset: 0 },
  [`${MIXER}.BackgroundColor.G`]: { is: 'Green.', preset: 0 },
  [`${MIXER}.BackgroundColor.B`]: { is: 'Blue.', preset: 0 },
  [`${MIXER}.ResizeMode`]: { is: 'How a picture fills its region.', preset: 2 },
  [`${MIXER}.Crop`]: {
    is: 'Without `ResizeMode`, `true` means 1 (crop to fill).',
    preset: false,
    vendor: 'in a sample of the document on live push only',
  },
  [`${MIXER}.MixedVideoLayout`]: {
    is: 'The layout. 0 takes the templates of `LayoutConfig`.',
    preset: 1,
    vendor: 'required; its presets are shown as pictures up to 17 streams, those for more are ours',
  },
  [`${MIXER}.PositionConfig`]: {
    is: 'A place in pixels for each stream, with `VideoStreamType` 1 only. A stream without one is heard and not seen; with none for any stream of the index it is an error (6).',
    vendor: 'an object in the table, an array in the samples',
  },
  [`${MIXER}.PositionConfig.RtcStreamId`]: { is: 'The stream, as `<user>_<1 camera or 2 screen>`.' },
  [`${MIXER}.PositionConfig.Region`]: { is: 'Its place. All of it has to lie on the canvas.' },
  [`${MIXER}.PositionConfig.Region.X`]: {
    is: 'Left edge in pixels. What is no multiple of 4 is moved to the nearest, with a warning.',
    vendor: 'multiples of 4 only',
  },
  [`${MIXER}.PositionConfig.Region.Y`]: {
    is: 'Top edge in pixels, a multiple of 4 like `X`.',
    vendor: 'multiples of 4 only; the samples have 270',
  },
  [`${MIXER}.PositionConfig.Region.Z`]: {
    is: 'Which is in front where regions overlap: the higher one.',
    preset: 0,
    vendor: 'from 0 to `MaxSubscriptions`; not supported yet',
  },
  [`${MIXER}.PositionConfig.Region.Width`]: {
    is: 'Width in pixels, a multiple of 4 like `X`.',
    vendor: 'from 0',
  },
  [`${MIXER}.PositionConfig.Region.Height`]: {
    is: 'Height in pixels, a multiple of 4 like `X`.',
    vendor: 'from 0',
  },
  [`${MIXER}.LayoutConfig`]: {
    is: 'Own templates, for `MixedVideoLayout` 0: arrays of regions. For n streams the one with n regions is used; else the smallest larger one; else the largest, and later streams are heard only.',
    vendor: 'called `Layouts` in the table and `LayoutConfig` in the samples',
  },
  [`${MIXER}.LayoutConfig.Id`]: {
    is: 'Name of the region. Not used; one given twice in a template gives a warning.',
    vendor: REQUIRED,
  },
  [`${MIXER}.LayoutConfig.Shape`]: { is: 'Shape of the region.', preset: 'rectangle', vendor: REQUIRED },
  [`${MIXER}.LayoutConfig.Area`]: {
    is: 'Its place, in fractions of the canvas.',
    vendor: 'an array in the table, an object in the samples',
  },
  [`${MIXER}.LayoutConfig.Area.Left`]: { is: 'Left edge.', vendor: 'written as `1/2`; decimals are ours' },
  [`${MIXER}.LayoutConfig.Area.Top`]: { is: 'Top edge.', vendor: 'as `Left`' },
  [`${MIXER}.LayoutConfig.Area.Width`]: { is: 'Width, above 0; with `Left` at most 1.', vendor: 'may be 0' },
  [`${MIXER}.LayoutConfig.Area.Height`]: { is: 'Height, above 0; with `Top` at most 1.', vendor: 'may be 0' },
  [`${MIXER}.Layouts`]: { is: 'Another name of `LayoutConfig`, which wins.', as: `${MIXER}.LayoutConfig` },
  [`${MIXER}.WaterMark`]: {
    is: 'What is drawn over the picture: one or an array of them, later ones over earlier ones.',
    vendor: 'an array in the table, an object in the samples',
  },
  [`${MIXER}.WaterMark.Type`]: {
    is: "What it shows. The time is the room's wall-clock time, `YYYY-MM-DD HH:MM:SS`, in the zone of `watermark.zone`.",
    vendor: 'does not say which time, nor how it is written',
  },
  [`${MIXER}.WaterMark.Image`]: {
    is: 'The picture of `Type` 2: an http(s) URL, an object key of the bucket, or a file.',
    vendor: 'an http URL',
  },
  [`${MIXER}.WaterMark.Text`]: { is: 'The text of `Type` 3.' },
  [`${MIXER}.WaterMark.X`]: {
    is: 'Left edge in pixels, at most the width of the canvas.',
    preset: 0,
    vendor: REQUIRED,
  },
  [`${MIXER}.WaterMark.Y`]: {
    is: 'Top edge in pixels, at most the height of the canvas.',
    preset: 0,
    vendor: REQUIRED,
  },
  [`${MIXER}.WaterMark.Alpha`]: {
    is: 'Opacity: 0 is invisible, 1 is opaque.',
    preset: 1,
    vendor: 'required, from 0 to 1, not supported yet',
  },
  [`${MIXER}.Watermark`]: {
    is: 'Another name of `WaterMark`, which wins.',
    vendor: OURS,
    as: `${MIXER}.WaterMark`,
  },
}

const subscribe: Meanings = {
  [SUBSCRIBE]: {
    is: 'Which streams are seen and heard. Empty lists, and lists of empty texts, count as none. A name that is not in the index gives a warning; a list that leaves none of its streams is an error (6).',
  },
  [`${SUBSCRIBE}.VideoStreamType`]: {
    is: 'How streams get their places: by `MixedVideoLayout`, or by `PositionConfig`.',
    preset: 0,
    vendor: REQUIRED,
  },
  [`${SUBSCRIBE}.MaxSubscriptions`]: {
    is: 'How many streams are mixed at one time, a camera and a screen being one each. One that joins while that many are there is neither seen nor heard until one of them leaves; those that wait get in as they joined. A stream that comes back joins anew.',
    preset: 32,
  },
  [`${SUBSCRIBE}.SubscribeAudio`]: {
    is: 'Only these are heard. Not together with `UnsubscribeAudio`.',
    presetText: 'all',
  },
  [`${SUBSCRIBE}.UnsubscribeAudio`]: { is: 'All but these are heard.', presetText: 'none left out' },
  [`${SUBSCRIBE}.SubscribeVideo`]: {
    is: 'Only these are seen. Not together with `UnsubscribeVideo`.',
    presetText: 'all',
  },
  [`${SUBSCRIBE}.UnsubscribeVideo`]: { is: 'All but these are seen.', presetText: 'none left out' },
}

const ACCESS = { is: 'Another name of `PublicKey`, which wins.', vendor: OURS }
const SECRET = { is: 'Another name of `SecretKey`, which wins.', vendor: OURS }
const SDK = "the AWS SDK's sources, such as `AWS_ACCESS_KEY_ID`"

/** The fields of StorageConfig directly in RecordingConfig. */
const flat: Meanings = Object.fromEntries(
  Object.keys(storageSchema.shape).map((name) => [
    `Data.RecordingConfig.${name}`,
    { is: `\`StorageConfig.${name}\`, where there is no \`StorageConfig\`.`, presetText: 'none' },
  ]),
)

const storage: Meanings = {
  ...flat,
  [STORAGE]: {
    is: 'The bucket that recordings are read from and the result is put into. Its fields may stand directly in `RecordingConfig` instead.',
    presetText: 'required, here or as fields of `RecordingConfig`',
    vendor: 'its fields stand directly in `RecordingConfig` in the table, here in the samples',
  },
  [`${STORAGE}.Vendor`]: {
    is: 'Whose bucket it is. `s3` is any S3-compatible service, with its `Endpoint`; `local` is a folder.',
    preset: 'ucloud',
    vendor: '`ucloud` only',
  },
  [`${STORAGE}.PublicKey`]: { is: 'The access key. Never logged.', presetText: SDK, vendor: REQUIRED },
  [`${STORAGE}.accessKey`]: ACCESS,
  [`${STORAGE}.AccessKey`]: ACCESS,
  [`${STORAGE}.accessKeyId`]: ACCESS,
  [`${STORAGE}.AccessKeyId`]: ACCESS,
  [`${STORAGE}.SecretKey`]: { is: 'The secret to it. Never logged.', presetText: SDK, vendor: REQUIRED },
  [`${STORAGE}.secretKey`]: SECRET,
  [`${STORAGE}.secretAccessKey`]: SECRET,
  [`${STORAGE}.SecretAccessKey`]: SECRET,
  [`${STORAGE}.Region`]: {
    is: 'The region, such as `cn-bj`. Not needed where the endpoint holds none.',
    vendor: REQUIRED,
  },
  [`${STORAGE}.Bucket`]: { is: 'The bucket; with `local` a folder, relative to that of cfg.json.' },
  [`${STORAGE}.FileNamePrefix`]: {
    is: 'Object key of the finished file. `$Jobid`, in any case, is the job id; a leading `/` is dropped; `.mp4` is added where it is missing; one that ends in `/` is a folder for `<JobId>.mp4`.',
    presetText: '`<JobId>.mp4`',
    vendor: 'required; the name of the file',
  },
  [`${STORAGE}.Endpoint`]: {
    is: 'URL of the service, instead of that in `storage.endpoints`. Required with `s3`.',
    presetText: 'by `Vendor`',
    vendor: OURS,
  },
  [`${STORAGE}.PathStyle`]: {
    is: "Whether the bucket stands in the URL's path and not in its host name.",
    presetText: 'true for `ucloud` and `s3`, else false',
    vendor: OURS,
  },
  'Data.RecordingConfig.BackupStorageConfig': {
    is: 'A second bucket, for the result when it cannot be put into the first. Without a `FileNamePrefix` of its own it takes that of `StorageConfig`.',
    vendor: OURS,
    as: STORAGE,
  },
}

export const CFG_MEANINGS: Meanings = {
  $schema: SCHEMA,
  ...internal,
  ...whole,
  ...mixer,
  ...subscribe,
  ...storage,
  ...notify,
}

export const INDEX_MEANINGS: Meanings = {
  $schema: SCHEMA,
  JobId: { is: 'The recording task. One that is not that of cfg.json is warned of.' },
  RoomId: { is: 'The room. Not used.' },
  StartTime: {
    is: "The room's beginning, which is output time 0: a Unix time, in nanoseconds from 10^18 up, in microseconds from 10^15, in milliseconds from 10^12, else in seconds. Not used where it is more than a day from the first clip.",
    presetText: 'the start of the earliest clip',
    vendor: 'gives no unit',
  },
  EndTime: {
    is: "The room's end. Not used; a recording that starts after it is warned of.",
    vendor: 'not in the sample',
  },
  Root: { is: 'Folder of the files in the bucket.', presetText: 'the bucket itself' },
  Files: { is: 'The recordings. An entry that cannot be used is left out with a reason.' },
  'Files.StreamId': {
    is: 'The stream, `<user>_<type>`: 1 camera, 2 screen. A user id may hold `_`: the last one counts.',
  },
  'Files.Name': { is: 'File name below `Root`, a WebM or MP4 file.' },
  'Files.StartTime': {
    is: "When the recording's timestamp 0 was, by the same rule as the index's `StartTime`. A time at the end of the file name that lies more than 10 s away is warned of.",
    vendor: 'gives no unit',
  },
  'Files.EndTime': {
    is: 'When it ended. The recording itself has the last word on its length; where the two differ by more than 10 s, that is warned of.',
    vendor: 'named in the text, not in the sample',
  },
}
