/** Links in the bucket, beside it and in the work folder: to the output, to recordings, to what lies outside. Pure. */
import { ANY } from './names.mjs'
import { pick, repeatedly } from './random.mjs'

export function links(job, random) {
  job.codes = ANY
  job.areLinked = true
  repeatedly(3, random, () => pick(PLANTS, random)(job, random))
}

const film = (job) => `bucket/out/${job.id}.mp4`
const recordingOf = (job, random) => `bucket/rec/${pick(job.recordings, random).name}`
const OUTSIDE = 'outside/secret.webm'
const kind = (random) => pick(['link', 'link', 'hardLink'], random)

const PLANTS = [
  // Recordings that are links: to another, to one outside, to themselves, to nothing.
  (job, random) => {
    const recording = pick(job.recordings.slice(1), random)
    recording.isMissing = true
    recording.isHonest = false
    const to = pick(
      [OUTSIDE, recordingOf(job, random), 'outside/none', `bucket/rec/${recording.name}`],
      random,
    )
    job.plants.push({ path: `bucket/rec/${recording.name}`, make: kind(random), to })
  },
  // The film's name is a link.
  (job, random) => {
    const to = pick([OUTSIDE, recordingOf(job, random), 'outside/none', 'cfg.json', `${job.id}.json`], random)
    job.plants.push({ path: film(job), make: kind(random), to })
  },
  (job, random) => {
    const to = pick([OUTSIDE, recordingOf(job, random)], random)
    job.plants.push({ path: `${film(job)}.part`, make: kind(random), to })
  },
  // Its folder is one.
  (job, random) => {
    const to = pick(['bucket/rec', 'outside', 'bucket', '.'], random)
    job.plants.push({ path: 'bucket/out', make: 'link', to })
  },
  (job, random) => {
    const { StorageConfig } = job.cfg.Data.RecordingConfig
    job.plants.push({ path: 'bucket/alias', make: 'link', to: pick(['bucket/rec', 'outside'], random) })
    StorageConfig.FileNamePrefix = `alias/${pick(['x.mp4', 'secret.webm', job.recordings[1].name], random)}`
  },
  // The worker's own files, before it makes them.
  (job, random) => {
    const name = pick(['video-1.mp4', 'audio.m4a', 'owt-job.json', 'video-1.graph', 'mux.ffmetadata'], random)
    job.plants.push({ path: `${job.work}/${job.id}/${name}`, make: 'link', to: OUTSIDE })
  },
  (job) => {
    job.plants.push({ path: `${job.work}/${job.id}`, make: 'link', to: 'outside' })
  },
]
