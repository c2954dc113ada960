/**
 * GStreamer: each recording decoded once into a compositor and an audiomixer. The places change through controlled
 * properties of the compositor's pads, which gst-launch-1.0 cannot do; gstreamer.py does. Pure.
 */
import { BACKGROUND_HEX } from '../job.mjs'
import { kbitOf, optionValue, x264Settings } from '../encoder.mjs'
import { line, script } from '../shell.mjs'

/** @type {import('./index.mjs').Contender} */
export function gstreamer({ scene, encoder, folder, cores, output, programs }) {
  const pipeline = {
    path: `${folder}/gstreamer.json`,
    text: JSON.stringify(room({ scene, encoder, cores, output }), null, 2),
  }
  const argv = [programs.gstreamer.path, programs.gstreamer.script, pipeline.path]
  return { files: [pipeline], parts: [{ name: 'all', script: script([line(argv)]) }] }
}

function room({ scene, encoder, cores, output }) {
  const { width, height, fps, frames, clips } = scene
  const { preset, tune, profile, kbps, params, keyframeFrames, bufferKbit } = x264Settings(encoder)
  // It knows no highest bit rate beside the average one; the buffer is as large as everywhere.
  const bufferMs = Math.min(10_000, Math.round((1000 * bufferKbit) / kbps))
  const x264 = [
    `x264enc speed-preset=${preset} ${tune ? `tune=${tune} ` : ''}bitrate=${kbps} vbv-buf-capacity=${bufferMs} key-int-max=${keyframeFrames}`,
    `threads=${cores} option-string="${params}"`,
  ].join(' ')
  const raw = `video/x-raw,format=I420,width=${width},height=${height},framerate=${fps}/1,pixel-aspect-ratio=1/1`
  const aac = `avenc_aac bitrate=${kbitOf(optionValue(encoder.audio, '-b:a') ?? '128k') * 1000}`
  const lines = [
    `compositor name=pictures background=black ! ${raw} ! identity eos-after=${frames + 1} ! queue ! ${x264} ! video/x-h264,profile=${profile} ! h264parse ! queue ! file.`,
    `audiomixer name=sounds ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! queue ! ${aac} ! queue ! file.`,
    `mp4mux name=file ! filesink location="${output}"`,
    // The canvas: its one pixel is stretched over the whole.
    `videotestsrc pattern=solid-color foreground-color=0xff${BACKGROUND_HEX} num-buffers=${frames} ! video/x-raw,format=I420,width=16,height=16,framerate=${fps}/1 ! queue ! pictures.sink_0`,
    ...clips.flatMap((clip, i) => clipLines(clip, i, fps)),
  ]
  return {
    pipeline: lines.join('\n'),
    // What is added to the timestamps behind a queue.
    offsets: clips.flatMap(({ offsetMs, uses }, i) =>
      [...(uses.length > 0 ? [`picture${i}`] : []), `sound${i}`].map((queue) => ({
        queue,
        seconds: offsetMs / 1000,
      })),
    ),
    pads: [
      { name: 'sink_0', steps: [{ seconds: 0, x: 0, y: 0, width, height, alpha: 1 }] },
      ...clips.map(({ uses }, i) => ({ name: `sink_${i + 1}`, steps: stepsOf(uses, fps) })),
    ],
  }
}

function clipLines({ path, media, uses }, i, fps) {
  const [demuxer, decoder] =
    media.codec === 'vp8' ? ['matroskademux', 'vp8dec'] : ['qtdemux', 'h264parse ! avdec_h264']
  const picture = `videorate skip-to-first=true ! video/x-raw,framerate=${fps}/1 ! queue name=picture${i} ! pictures.sink_${i + 1}`
  const sound = `audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2 ! queue name=sound${i} ! sounds.sink_${i}`
  return [
    `filesrc location="${path}" ! ${demuxer} name=clip${i}`,
    ...(uses.length > 0 ? [`clip${i}.video_0 ! queue ! ${decoder} ! ${picture}`] : []),
    `clip${i}.audio_0 ! queue ! opusdec ! ${sound}`,
  ]
}

/** Where a pad's picture is from when on; hidden in between. */
function stepsOf(uses, fps) {
  const hidden = { x: 0, y: 0, width: 2, height: 2, alpha: 0 }
  // Half a frame early, so that no rounding decides.
  const at = (frame) => Math.max(0, frame - 0.5) / fps
  const steps = [{ seconds: 0, ...hidden }]
  for (const { startFrame, endFrame, picture } of uses) {
    steps.push({ seconds: at(startFrame), ...picture, alpha: 1 }, { seconds: at(endFrame), ...hidden })
  }
  // Of two steps at one moment the later one holds.
  return steps.filter((step, i) => steps[i + 1]?.seconds !== step.seconds)
}
