/** Resolves the settings that timed updates may change. */
import type { Selection, Settings, Subscription } from '../../model/job.ts'
import type { Loose } from '../check.ts'
import type { CfgWire } from '../schema.ts'
import { type Collector, type Size, asList, idsOf } from './collect.ts'
import { backgroundOf, fitOf, layoutOf } from './layout.ts'
import { type WireStream, withStreams } from './streams.ts'
import { type Lettering, watermarksOf } from './watermark.ts'

/** The sections of `Data` that hold these settings. */
export type SettingsWire = Pick<Loose<CfgWire['Data']>, 'MixerConfig' | 'SubscribeConfig' | 'StreamConfig'>

const DEFAULT_MAX_STREAMS = 32

/**
 * @param input.size of the canvas; undefined while it is unknown
 * @returns undefined if the layout is invalid
 */
export function settingsOf(input: {
  data: SettingsWire
  size: Size | undefined
  lettering: Lettering | undefined
  out: Collector
}): Settings | undefined {
  const { data, size, lettering, out } = input
  const mixer = data.MixerConfig ?? {}
  const isManual = data.SubscribeConfig?.VideoStreamType === 1
  const layout = layoutOf({ mixer, isManual, size, out })
  const rest = {
    fit: fitOf(mixer, out),
    background: backgroundOf(mixer),
    ...mainStreamOf(mixer.MaxResolutionStream),
    screenShare: mixer.ScreenShare ?? 'equal',
    watermarks: watermarksOf({ mixer, size, lettering, out }),
    subscription: subscriptionOf(data, out),
    streams: withStreams([], asList<WireStream>(data.StreamConfig)),
  }
  return layout && { layout, ...rest }
}

const mainStreamOf = (id: string | undefined) => (id?.trim() ? { mainStream: id } : {})

function subscriptionOf(data: SettingsWire, out: Collector): Subscription {
  const config = data.SubscribeConfig ?? {}
  const selection = (
    allow: 'SubscribeAudio' | 'SubscribeVideo',
    deny: 'UnsubscribeAudio' | 'UnsubscribeVideo',
  ): Selection => {
    const [only, except] = [idsOf(config[allow]), idsOf(config[deny])]
    if (only.length > 0 && except.length > 0) {
      out.problems.push({
        code: 'bothLists',
        params: { allow, deny },
        path: ['Data', 'SubscribeConfig', allow],
      })
    }
    if (only.length > 0) return { kind: 'only', streamIds: only }
    return except.length > 0 ? { kind: 'except', streamIds: except } : { kind: 'all' }
  }
  return {
    audio: selection('SubscribeAudio', 'UnsubscribeAudio'),
    video: selection('SubscribeVideo', 'UnsubscribeVideo'),
    maxStreams: config.MaxSubscriptions ?? DEFAULT_MAX_STREAMS,
  }
}
