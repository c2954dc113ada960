/**
 * What a camera and a microphone record, as ffmpeg commands: a textured room that sways, a head that moves, sensor
 * noise, about 27 frames/s at uneven times with holes of up to half a second; a voice with pauses. Pure.
 */

const SOURCE_FPS = 30
/** Pictures that the cameras look at. */
export const TEXTURES = 4
const TEXTURE = { width: 1408, height: 800 }

/** The wall behind: soft shapes, hard edges, fine grain. */
export function textureCommand(ffmpeg, number, output) {
  const [a, b] = [37 + 5 * number, 23 + 3 * number]
  const soft = `45*sin(X/${a}+3*sin(Y/91))+30*sin(Y/${b}+X/211)`
  const edges = `35*lt(mod(X+Y/9,${160 + 30 * number}),14)-30*lt(mod(Y,${190 + 20 * number}),10)`
  const grain = '50*(mod(abs(sin(X*12.9898+Y*78.233)*43758.5453),1)-0.5)'
  const source = `nullsrc=s=${TEXTURE.width}x${TEXTURE.height}:r=1,format=yuv444p`
  const tint = `cb='128+25*sin(X/310+${number})':cr='128+20*sin(Y/270+${number})'`
  const graph = `${source},geq=lum='clip(126+${soft}+${edges}+${grain},20,230)':${tint},gblur=0.7,format=rgb24`
  return [ffmpeg, '-v', 'error', '-y', '-f', 'lavfi', '-i', graph, '-frames:v', '1', output]
}

/** The head: shaded, with eyes and a mouth. */
export function headCommand(ffmpeg, output) {
  const skin = (level, fall) =>
    `${level}-${fall}*hypot((X-180)/180,(Y-200)/240)+12*sin(X/9)*sin(Y/7)-90*(lt(hypot(X-120,Y-180),22)+lt(hypot(X-240,Y-180),22)+lt(hypot((X-180)/60,(Y-330)/18),1))`
  const alpha = '255*clip((1.05-hypot((X-180)/175,(Y-230)/225))*20,0,1)'
  const graph = `nullsrc=s=360x480:r=1,format=rgba,geq=r='${skin(200, 60)}':g='${skin(150, 50)}':b='${skin(120, 40)}':a='${alpha}'`
  return [ffmpeg, '-v', 'error', '-y', '-f', 'lavfi', '-i', graph, '-frames:v', '1', output]
}

/**
 * The graph of a picture [v] from input 0, the wall, and input 1, the head.
 * @param {{seed: number, width: number, height: number, startMs: number, durationMs: number}} options
 *   `startMs`: where in the person's time it begins, so that pieces follow one another
 */
export function pictureGraph({ seed, width, height, startMs, durationMs }) {
  const start = startMs / 1000
  const first = Math.round(start * SOURCE_FPS)
  const t = `(t+${start})`
  const n = `(n+${first})`
  const chanceOf = (number, factor) => `mod(abs(sin(${number}*${factor}+${seed})*43758.5453),1)`
  const still = (input) => `[${input}:v]loop=loop=-1:size=1,setpts=N/${SOURCE_FPS}/TB`
  // A hole of just under half a second every 13 s, and one of a third in between.
  const phase = `(${t}+${(seed * 1.7).toFixed(1)})`
  const kept = `gte(mod(${phase},13),0.45)*gte(mod(${phase}+6,17),0.3)*gt(${chanceOf(n, 12.9898)},0.09)`
  return [
    `${still(0)},crop=w=1280:h=720:x='64+50*sin(${t}*0.9+${seed})':y='40+30*sin(${t}*0.7+2*${seed})',scale=${width}:${height}:flags=fast_bilinear,setsar=1,format=yuv420p[wall]`,
    `${still(1)},scale=-2:${2 * Math.round(height * 0.35)}:flags=fast_bilinear,format=yuva420p[head]`,
    [
      `[wall][head]overlay=x='(W-w)/2+W*0.12*sin(${t}*1.1+${seed})':y='H-h+H*0.03*sin(${t}*2.3+${seed})':format=yuv420:eval=frame`,
      `noise=alls=7:allf=t:all_seed=${seed + first}`,
      `trim=end=${durationMs / 1000}`,
      `select='eq(n,0)+${kept}'`,
      // Frames come up to 12 ms late.
      `setpts='PTS+0.012/TB*${chanceOf(`(N+${first})`, 78.233)}'[v]`,
    ].join(','),
  ].join(';\n')
}

/** The graph of a sound [a]: a voice that rises and falls, with syllables and pauses. */
export function voiceGraph({ seed, durationMs }) {
  const pitch = 110 + ((seed * 13) % 110)
  const tone = (level, times, sway) =>
    `${level}*sin(2*PI*${pitch * times}*t+${3 * times}*sin(2*PI*${sway}*t))`
  const voice = `${tone(0.6, 1, 2.1)}+${tone(0.3, 2, 2.1)}+${tone(0.2, 6, 3.3)}`
  const speaking = `pow(abs(sin(2*PI*1.9*t+${seed})),2)*gt(sin(2*PI*t/5.3+${seed}),-0.4)`
  return `aevalsrc=exprs='0.22*(${voice})*${speaking}':s=48000:d=${durationMs / 1000}[a]`
}

/** @param {import('./workloads.mjs').Media} media */
export function videoCodec({ codec, kbps, keysMs }) {
  // Timestamps in ms, as a recorder writes them.
  const common = [
    '-fps_mode',
    'passthrough',
    '-enc_time_base:v',
    '1/1000',
    '-threads',
    '1',
    '-b:v',
    `${kbps}k`,
  ]
  const keys = keysMs.length > 0 ? ['-force_key_frames', keysMs.map((ms) => ms / 1000).join(',')] : []
  switch (codec) {
    case 'vp8':
      return [
        ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-error-resilient', '1'],
        ...['-g', '999999', ...common, ...keys],
      ]
    case 'h264':
      return [
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
        ...['-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`, '-g', '999999', '-sc_threshold', '0'],
        ...[...common, ...keys],
      ]
    default:
      throw new Error(`no such codec: ${codec}`)
  }
}

export const VOICE_CODEC = ['-c:a', 'libopus', '-application', 'voip', '-b:a', '32k', '-ac', '1']

/** The container a codec is recorded in. */
export function extensionOf({ codec }) {
  return codec === 'vp8' ? 'webm' : 'mp4'
}
