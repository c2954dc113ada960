/** The page's only script: it seeks in the film. Without it the page reads the same, and its links open the film. */
import { createHash } from 'node:crypto'

/**
 * Whatever has `data-at` (ms of output time) seeks there when clicked; `data-axis` (its length in ms) seeks by where it
 * is clicked, and its `.playhead` follows the film. Arrow keys step by frame, with Shift by segment.
 */
export const SCRIPT = `'use strict'
{
  const film = document.getElementById('film')
  const fps = Number(film.dataset.fps)
  const starts = film.dataset.starts.split(' ').map(Number)
  const axes = [...document.querySelectorAll('[data-axis]')]
  const places = [...document.querySelectorAll('[data-at]')]
  const chapters = places.filter((one) => one.closest('.chapters'))
  const frameOf = (seconds) => Math.floor(seconds * fps + 0.001)
  // The middle of a frame, so that rounding never shows the one before it.
  const showFrame = (frame) => {
    const last = Number.isFinite(film.duration) ? Math.max(0, Math.ceil(film.duration * fps - 0.001) - 1) : Infinity
    film.currentTime = (Math.min(last, Math.max(0, frame)) + 0.5) / fps
    follow()
  }
  const seek = (ms) => showFrame(Math.round((ms * fps) / 1000))
  const follow = () => {
    const ms = film.currentTime * 1000
    for (const axis of axes) {
      const x = Math.min(100, (ms / Number(axis.dataset.axis)) * 100) + '%'
      const line = axis.querySelector('.playhead')
      line.setAttribute('x1', x)
      line.setAttribute('x2', x)
    }
    const now = chapters.findLast((one) => Number(one.dataset.at) <= ms + 1)
    for (const one of chapters) one === now ? one.setAttribute('aria-current', 'true') : one.removeAttribute('aria-current')
  }
  let isRunning = false
  const run = () => {
    follow()
    if (!film.paused && !film.ended) requestAnimationFrame(run)
    else isRunning = false
  }
  film.addEventListener('play', () => { if (!isRunning) { isRunning = true; run() } })
  for (const name of ['seeked', 'timeupdate', 'pause', 'loadedmetadata']) film.addEventListener(name, follow)
  film.addEventListener('error', () => { document.querySelector('.film').classList.add('gone') })
  document.addEventListener('click', (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const place = event.target.closest('[data-at]')
    const axis = event.target.closest('[data-axis]')
    if (place) seek(Number(place.dataset.at))
    else if (axis) {
      const box = axis.getBoundingClientRect()
      seek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * Number(axis.dataset.axis))
    } else return
    event.preventDefault()
  })
  document.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    film.pause()
    const frame = frameOf(film.currentTime)
    if (!event.shiftKey) return showFrame(frame + step)
    const frames = starts.map((ms) => Math.round((ms * fps) / 1000))
    const next = step > 0 ? frames.find((one) => one > frame) : frames.findLast((one) => one < frame)
    if (next !== undefined) showFrame(next)
  }, true)
  document.documentElement.classList.add('seeks')
  follow()
}
`

/** The script as a source of the page's policy: the browser runs this text and no other. */
export const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`
