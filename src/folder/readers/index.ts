/** The readers, in order: manifests before names, and strict names before loose ones. docs/vendors.md has their table. */
import type { Reader } from '../model.ts'
import { agora } from './agora.ts'
import { agoraPremise } from './agora-premise.ts'
import { openvidu, vonage } from './archives.ts'
import { bigbluebutton } from './bigbluebutton.ts'
import { craig } from './craig.ts'
import { daily } from './daily.ts'
import { hundredMs, videosdk } from './foldered.ts'
import { getstream } from './getstream.ts'
import { janus } from './janus.ts'
import { jitsi } from './jitsi.ts'
import { livekit } from './livekit.ts'
import { alibaba, antMedia, obs } from './named-times.ts'
import { trtc } from './trtc.ts'
import { twilio } from './twilio.ts'
import { urtc } from './urtc.ts'
import { volcengine } from './volcengine.ts'
import { zoom } from './zoom.ts'

export const READERS: readonly Reader[] = [
  ...[urtc, twilio, livekit, vonage, openvidu, bigbluebutton, getstream, agoraPremise, craig],
  ...[daily, agora, trtc, janus, volcengine, antMedia, alibaba, zoom, jitsi, obs, videosdk, hundredMs],
]
