import { expect, it } from 'vitest'
import { startsFfmpeg } from '../../../src/ffmpeg/command-line.ts'

const RUN = ['-hide_banner', '-i', '/bucket/a.webm', '-f', 'mp4', '/srv/room/video-1.mp4.part']

it.each([
  ['by its name', ['ffmpeg']],
  ['by its path', ['/usr/local/bin/ffmpeg-7.1']],
  ['by a shell that runs a script', ['/bin/sh', '/srv/tools/ffmpeg']],
  [
    'by a loader with libraries of its own',
    ['/opt/ff/lib/ld-linux-x86-64.so.2', '--library-path', '/opt/ff/lib:/opt/ff/more', '/opt/ff/bin/ffmpeg'],
  ],
  ['by what limits it', ['prlimit', '--data=1', '--cpu=1:2', '--', '/usr/bin/ffmpeg']],
  ['by a sandbox', ['bwrap', '--unshare-pid', '--ro-bind', '/usr', '/usr', '--', '/usr/bin/ffmpeg']],
])('ffmpeg is known when it is started %s', (_, start) => {
  expect(startsFfmpeg([...start, ...RUN])).toBe(true)
})

it.each([
  [['vim', '/srv/room/ffmpeg.log']],
  [['tail', '-f', '/srv/room/ffmpeg.log']],
  [['rsync', '-a', '/opt/ffmpeg', '/srv/room']],
  [['node', '/usr/bin/owt-main', '--quiet', '/srv/room/cfg.json']],
  [['']],
])('what only names it is something else: %s', (args) => {
  expect(startsFfmpeg(args)).toBe(false)
})
