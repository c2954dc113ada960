/** A page that plays a finished file and its HLS fragments as players do, and the server that such a page needs. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { contentTypeOf } from '../../src/plan/output-keys.ts'

/**
 * Plays the MP4 to its end, feeds the segments to Media Source Extensions, loads the WebVTT. `window.isOver` says when,
 * `window.seen` what came of it.
 */
export function playerPage(key: string): string {
  const stem = key.replace('.mp4', '')
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>player</title>
<video id="file" muted></video><video id="fed" muted></video>
<video><track id="cues" kind="metadata" src="/${stem}.thumbs.vtt" default></video>
<script type="module">
const seen = (window.seen = {})
const once = (target, event) => new Promise((resolve) => target.addEventListener(event, resolve, { once: true }))
const [file, fed, cues] = ['file', 'fed', 'cues'].map((id) => document.getElementById(id))
try {
  file.src = '/${key}'
  await once(file, 'loadeddata')
  file.playbackRate = 8
  const ended = once(file, 'ended')
  await file.play()
  await ended
  const { duration, currentTime, videoWidth, textTracks } = file
  seen.mp4 = { duration, currentTime, videoWidth, textTracks: textTracks.length }

  const media = new MediaSource()
  fed.src = URL.createObjectURL(media)
  await once(media, 'sourceopen')
  const master = await (await fetch('/${stem}/master.m3u8')).text()
  const buffer = media.addSourceBuffer('video/mp4; codecs="' + /CODECS="(.*?)"/.exec(master)[1] + '"')
  const playlist = await (await fetch('/${stem}/index.m3u8')).text()
  const names = playlist.split('\\n').filter((line) => line && !line.startsWith('#'))
  for (const name of ['init.mp4', ...names]) {
    const appended = once(buffer, 'updateend')
    buffer.appendBuffer(await (await fetch('/${stem}/' + name)).arrayBuffer())
    await appended
  }
  media.endOfStream()
  const tenth = (seconds) => Math.round(seconds * 10) / 10
  const ranges = [...Array(buffer.buffered.length).keys()]
  const buffered = ranges.map((i) => [tenth(buffer.buffered.start(i)), tenth(buffer.buffered.end(i))])
  seen.hls = { duration: tenth(media.duration), buffered }

  if (cues.readyState < 2) await once(cues, 'load')
  seen.cues = cues.track.cues.length
} catch (error) {
  seen.failed = String(error)
}
window.isOver = true
</script>`
}

/** Serves a page, and a folder's files in parts as a media player asks for them. */
export async function serveFolder(
  folder: string,
  page: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(page)
    else serveFile(folder, request, response).catch(() => response.writeHead(404).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = join(folder, request.url ?? '')
  const { size } = await stat(path)
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const start = Number(from ?? 0)
  const end = to ? Number(to) : size - 1
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': contentTypeOf(path) ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(from !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
  createReadStream(path, { start, end }).pipe(response)
}
