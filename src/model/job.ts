/**
 * The job as the rest of the worker sees it: parsed and validated cfg.json, with defaults applied and units converted.
 * Built only by `config/resolve.ts`.
 */

/** A full-range sRGB colour; each channel is 0 to 255. */
export interface Rgb {
  readonly r: number
  readonly g: number
  readonly b: number
}

/** The output picture. Sizes are even numbers of pixels. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Frames per second, an integer. */
  readonly fps: number
}

/** How a picture is fitted into its region: `MixerConfig.ResizeMode` 0, 1, 2. */
export type Fit = 'stretch' | 'cover' | 'contain'

export type Preset = 'tile' | 'vertical' | 'single' | 'tile2' | 'vertical2'

/** A fraction as written: "1/3", "0", "0.25". Kept as text so that no precision is lost. */
export type FractionText = string

/** A region of a custom template, in fractions of the canvas. */
export interface TemplateRegion {
  readonly id: string
  readonly left: FractionText
  readonly top: FractionText
  readonly width: FractionText
  readonly height: FractionText
}

/** A rectangle on the canvas in whole pixels. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An entry of `PositionConfig`: a stream's own rectangle. `z` is the stacking order, lowest first. */
export interface ManualPosition extends Rect {
  readonly streamId: string
  readonly z: number
}

/** How a screen share is placed: `MixerConfig.ScreenShare`. */
export const SCREEN_SHARES = ['equal', 'large'] as const
export type ScreenShare = (typeof SCREEN_SHARES)[number]

export type LayoutChoice =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'custom'; readonly templates: readonly (readonly TemplateRegion[])[] }
  | { readonly kind: 'manual'; readonly positions: readonly ManualPosition[] }

/** `x`, `y`: top left corner in pixels. `alpha`: 0 is invisible, 1 is opaque. */
export type Watermark = { readonly x: number; readonly y: number; readonly alpha: number } & (
  | { readonly kind: 'time' }
  | { readonly kind: 'text'; readonly text: string }
  /** `source`: an http(s) URL, an object key or a file. */
  | { readonly kind: 'image'; readonly source: string }
)

/** The streams that audio or video is taken from. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly streamIds: readonly string[] }
  | { readonly kind: 'except'; readonly streamIds: readonly string[] }

export interface Subscription {
  readonly audio: Selection
  readonly video: Selection
  /** Maximum number of streams mixed at a time; a stream that joins later is left out until another leaves. */
  readonly maxStreams: number
}

/** What a request says about one stream, whatever the subscription says. */
export interface StreamState {
  readonly streamId: string
  /** Whether its video is mixed; undefined to follow the subscription. */
  readonly video: boolean | undefined
  readonly audio: boolean | undefined
  readonly isVideoMuted: boolean
  readonly isAudioMuted: boolean
}

/** What timed updates may change. */
export interface Settings {
  readonly layout: LayoutChoice
  readonly fit: Fit
  readonly background: Rgb
  /** The stream that takes region 1 while it is present. */
  readonly mainStream?: string
  /** `large`: a screen share takes the main region while there is one, before `mainStream`. */
  readonly screenShare: ScreenShare
  readonly watermarks: readonly Watermark[]
  readonly subscription: Subscription
  readonly streams: readonly StreamState[]
}

/** A part of the output with the same settings. */
export interface Stretch {
  /** The first output frame it applies to. It ends where the next one begins. */
  readonly fromFrame: number
  /** The output time in ms from which it applies to sound, which does not wait for a frame. */
  readonly soundFromMs: number
  readonly settings: Settings
  /** The updates that begin it: their actions, in order, and the settings before them. */
  readonly update?: { readonly actions: readonly string[]; readonly before: Settings }
}

export type S3Vendor = 'ucloud' | 'aws' | 's3' | 'aliyun' | 'tencent' | 'volcengine' | 'huawei' | 'qiniu'

/** Where recordings are read from and the output is written to. */
export type StorageTarget =
  | {
      readonly kind: 'local'
      /** Absolute path of the folder used as the bucket. */
      readonly folder: string
      /** The bucket as written in cfg.json, for results. */
      readonly bucket: string
    }
  | {
      readonly kind: 's3'
      readonly vendor: S3Vendor
      readonly bucket: string
      readonly region: string
      /** Full URL of the service. */
      readonly endpoint: string
      readonly pathStyle: boolean
      /** If absent, the SDK's default credential chain is used. */
      readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
    }

/** What a receiver is notified of: the mix, the upload, or the mix under its older name. */
type NotifyService = 'job.mixer' | 'job.oss' | 'job.record'

/** The vendor whose callback format a receiver gets. */
export type NotifyDialect = 'ucloud' | 'anyrtc' | 'volcengine' | 'tencent'

export interface NotifyTarget {
  readonly service: NotifyService
  readonly dialect: NotifyDialect
  /** An http or https URL. Its query may contain a secret. */
  readonly url: string
  /** Sent in bodies that have a token field; if empty, the request's own token is sent. */
  readonly token: string
  /** Key that callbacks are signed with; if empty, only what a dialect requires is signed. */
  readonly key: string
}

export interface Job {
  readonly jobId: string
  readonly roomId: string
  readonly appId: string
  readonly requestId: string
  readonly token: string
  /** Media in the output: `RecordingConfig.MediaChannel`. */
  readonly media: 'audio' | 'video' | 'both'
  readonly canvas: Canvas
  readonly video: { readonly bitrateKbps: number; readonly profile: 'baseline' | 'main' | 'high' }
  /** The sample rate is always 48000 Hz. */
  readonly audio: { readonly channels: 1 | 2 }
  /** Ascending; the first begins with the output. More than one only if there are timed updates. */
  readonly stretches: readonly [Stretch, ...Stretch[]]
  /** The output ends `idleMs` after this stream last leaves. */
  readonly keyStream?: { readonly streamId: string; readonly idleMs: number }
  readonly storage: StorageTarget
  /** Key of the output in the bucket: no leading slash, ends in `.mp4`, job id filled in. */
  readonly outputKey: string
  /** Where the output goes if the upload to `storage` fails. */
  readonly backupStorage?: { readonly target: StorageTarget; readonly outputKey: string } | undefined
  readonly notify: readonly NotifyTarget[]
}
