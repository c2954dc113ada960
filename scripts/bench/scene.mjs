/**
 * A room as the worker plans it, in a form that every contender can be made from: recordings, and where each is
 * shown when. Pure.
 *
 * @typedef {object} Use a stretch during which a recording is shown at one place
 * @property {number} startFrame
 * @property {number} endFrame behind the last
 * @property {Rect} region
 * @property {Rect} picture where in the region the picture lies, on the canvas
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rect
 *
 * @typedef {object} Clip
 * @property {string} name
 * @property {string} path
 * @property {import('./workloads.mjs').Media} media
 * @property {number} offsetMs what is added to its timestamps to get output time
 * @property {readonly Use[]} uses
 *
 * @typedef {object} Scene
 * @property {number} width
 * @property {number} height
 * @property {number} fps
 * @property {number} frames
 * @property {readonly Clip[]} clips
 * @property {readonly {startFrame: number, endFrame: number, tiles: {clip: number, region: Rect, picture: Rect}[]}[]} segments
 */

/**
 * @param {object} options
 * @param {any} options.plan what `owt-main plan --json` prints
 * @param {import('./workloads.mjs').Room} options.room
 * @param {readonly {name: string, stay: import('./workloads.mjs').Stay}[]} options.files
 * @param {ReadonlyMap<string, string>} options.recordings path by name
 * @returns {Scene}
 */
export function makeScene({ plan, room, files, recordings }) {
  const { width, height, fps } = room
  const frameOf = (ms) => Math.round((ms * fps) / 1000)
  const media = new Map(files.map(({ name, stay }) => [name, stay.media]))
  const planned = plan.streams.flatMap(({ streamId, clips }) => clips.map((clip) => ({ streamId, ...clip })))
  const segments = plan.segments.map(({ startMs, endMs, layout }) => ({
    startFrame: frameOf(startMs),
    endFrame: frameOf(endMs),
    tiles: layout.map(({ streamId, x, y, width, height }) => {
      const region = { x, y, width, height }
      const middleMs = (startMs + endMs) / 2
      const clip = planned.findIndex(
        (one) => one.streamId === streamId && one.video && one.startMs <= middleMs && middleMs < one.endMs,
      )
      if (clip < 0) throw new Error(`${streamId} is shown at ${middleMs} ms, but has no recording there`)
      return { clip, region, picture: contain(media.get(planned[clip].name), region) }
    }),
  }))
  return {
    width,
    height,
    fps,
    frames: segments.at(-1)?.endFrame ?? 0,
    segments,
    clips: planned.map(({ name, offsetMs }, i) => ({
      name,
      path: recordings.get(name) ?? '',
      media: media.get(name),
      offsetMs,
      uses: usesOf(segments, i),
    })),
  }
}

function usesOf(segments, clip) {
  const uses = []
  for (const { startFrame, endFrame, tiles } of segments) {
    for (const { region, picture } of tiles.filter((tile) => tile.clip === clip)) {
      const last = uses.at(-1)
      if (last?.endFrame === startFrame && sameRect(last.region, region)) last.endFrame = endFrame
      else uses.push({ startFrame, endFrame, region, picture })
    }
  }
  return uses
}

/** @param {Rect} a @param {Rect} b */
export function sameRect(a, b) {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/**
 * A picture with its shape kept, centred in a region, on even pixels.
 * @param {{width: number, height: number}} picture
 * @param {Rect} region
 * @returns {Rect}
 */
export function contain(picture, region) {
  const factor = Math.min(region.width / picture.width, region.height / picture.height)
  const width = Math.min(region.width, 2 * Math.round((picture.width * factor) / 2))
  const height = Math.min(region.height, 2 * Math.round((picture.height * factor) / 2))
  const middle = (inner, outer) => 2 * Math.floor((outer - inner) / 4)
  return {
    x: region.x + middle(width, region.width),
    y: region.y + middle(height, region.height),
    width,
    height,
  }
}

/** Moments nearer to one another than this may be one boundary: short layouts are merged. In ms. */
const MERGED_MS = 600
/** The end of a sound's last packet, and the grid of frames. In ms. */
const TOLERANCE_MS = 30

/**
 * Holds planned boundaries against the joins and leaves that the room was made with.
 * @param {Scene} scene
 * @param {import('./workloads.mjs').Room} room
 * @returns {string[]} what is wrong, empty when nothing is
 */
export function boundaryFaults({ fps, frames, segments }, { stays, unseen = [], lengthMs }) {
  const tolerance = TOLERANCE_MS + 1000 / fps
  const moments = stays
    .filter(({ user }) => !unseen.includes(user))
    .flatMap(({ fromMs, media }) => [fromMs, fromMs + media.durationMs * (media.repeat ?? 1)])
    .filter((ms) => ms > tolerance && ms < lengthMs - tolerance)
  // Nothing is expected of moments that are too near to another, to the beginning or to the end.
  const all = [0, ...new Set(moments), lengthMs]
  const planned = segments.slice(1).map(({ startFrame }) => (startFrame * 1000) / fps)
  const near = (list, ms, distance) => list.filter((one) => Math.abs(one - ms) <= distance)
  const missing = moments.filter(
    (ms) => near(all, ms, MERGED_MS - 1).length === 1 && near(planned, ms, tolerance).length === 0,
  )
  const extra = planned.filter((ms) => near(moments, ms, tolerance).length === 0)
  const due = Math.round((lengthMs * fps) / 1000)
  return [
    ...missing.map((ms) => `nothing changes at ${ms} ms`),
    ...extra.map((ms) => `the layout changes at ${ms.toFixed(1)} ms, where nobody comes or goes`),
    ...(Math.abs(frames - due) > Math.ceil((tolerance * fps) / 1000) ? [`${frames} frames, not ${due}`] : []),
  ]
}
