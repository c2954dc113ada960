/**
 * The job as the rest of the worker sees it: cfg.json read, checked, and every default and unit settled.
 * Built by `config/resolve.ts` only.
 */

/** One colour, each channel 0 to 255, full-range sRGB. */
export interface Rgb {
  readonly r: number
  readonly g: number
  readonly b: number
}

/** The output picture. Sizes in pixels, even. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Frames per second, a whole number. */
  readonly fps: number
  readonly background: Rgb
}

/** How a source picture fills its region: `MixerConfig.ResizeMode` 0, 1, 2. */
export type Fit = 'stretch' | 'cover' | 'contain'

export type Preset = 'tile' | 'vertical' | 'single' | 'tile2' | 'vertical2'

/** A fraction as it was written: "1/3", "0", "0.25". Kept as text so that no precision is lost on the way. */
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

/** One entry of `PositionConfig`: a stream's own rectangle. `z` orders overlap, low first. */
export interface ManualPosition extends Rect {
  readonly streamId: string
  readonly z: number
}

export type LayoutChoice =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'custom'; readonly templates: readonly (readonly TemplateRegion[])[] }
  | { readonly kind: 'manual'; readonly positions: readonly ManualPosition[] }

/** `x`, `y`: top left in pixels. `alpha`: 0 invisible, 1 opaque. */
export type Watermark = { readonly x: number; readonly y: number; readonly alpha: number } & (
  | { readonly kind: 'time' }
  | { readonly kind: 'text'; readonly text: string }
  /** `source`: an http(s) URL, an object key or a file. */
  | { readonly kind: 'image'; readonly source: string }
)

/** Which streams one medium is taken from. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly streamIds: readonly string[] }
  | { readonly kind: 'except'; readonly streamIds: readonly string[] }

export interface Subscription {
  readonly audio: Selection
  readonly video: Selection
  /** As many streams are mixed at one time; who joins while they are there is left out until one leaves. */
  readonly maxStreams: number
}

export type S3Vendor = 'ucloud' | 'aws' | 's3' | 'aliyun' | 'tencent' | 'volcengine' | 'huawei' | 'qiniu'

/** Where recordings are read from and the finished file goes. */
export type StorageTarget =
  | {
      readonly kind: 'local'
      /** Absolute path of the folder that stands for the bucket. */
      readonly folder: string
      /** The bucket as it was written in cfg.json, for results. */
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
      /** Absent: the SDK's usual chain is asked. */
      readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
    }

/** What a receiver is told of: the mixing, the upload, the mixing by its older name. */
type NotifyService = 'job.mixer' | 'job.oss' | 'job.record'

/** Whose words a receiver is told in. */
export type NotifyDialect = 'ucloud' | 'anyrtc' | 'volcengine' | 'tencent'

export interface NotifyTarget {
  readonly service: NotifyService
  readonly dialect: NotifyDialect
  /** http or https. Its query may be a secret. */
  readonly url: string
  /** Sent in bodies that have a place for one; empty: the request's own. */
  readonly token: string
  /** What callbacks are signed with; empty: nothing but what a dialect cannot do without is signed. */
  readonly key: string
}

export interface Job {
  readonly jobId: string
  readonly roomId: string
  readonly appId: string
  readonly requestId: string
  readonly token: string
  /** Which media the finished file holds: `RecordingConfig.MediaChannel`. */
  readonly media: 'audio' | 'video' | 'both'
  readonly canvas: Canvas
  readonly video: { readonly bitrateKbps: number; readonly profile: 'baseline' | 'main' | 'high' }
  /** Sample rate is always 48000 Hz. */
  readonly audio: { readonly channels: 1 | 2 }
  readonly layout: LayoutChoice
  readonly fit: Fit
  /** The stream that takes region 1 while it is present. */
  readonly mainStream?: string
  readonly watermarks: readonly Watermark[]
  readonly subscription: Subscription
  /** The output ends `idleMs` after this stream last leaves. */
  readonly keyStream?: { readonly streamId: string; readonly idleMs: number }
  readonly storage: StorageTarget
  /** Key of the finished file in the bucket: no leading slash, ends in `.mp4`, job id filled in. */
  readonly outputKey: string
  /** Where the finished file goes when the upload to `storage` fails. */
  readonly backupStorage?: { readonly target: StorageTarget; readonly outputKey: string }
  readonly notify: readonly NotifyTarget[]
}
