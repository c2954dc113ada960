/**
 * The encoder settings, asked of the worker and said to the others, and read back from the files they made. Pure.
 *
 * @typedef {object} Encoder
 * @property {string[]} video options of ffmpeg's encoder, without the number of its threads
 * @property {string[]} audio the same of the sound
 */

/** Options of an output that say nothing about how it is encoded; the number is how many values follow. */
const OTHER_OPTIONS = new Map([
  ['-y', 0],
  ['-an', 0],
  ['-vn', 0],
  ['-sn', 0],
  ['-dn', 0],
  ['-hide_banner', 0],
  ['-nostdin', 0],
  ['-nostats', 0],
  ['-copyts', 0],
  ...[
    ...[
      '-loglevel',
      '-v',
      '-progress',
      '-stats_period',
      '-max_error_rate',
      '-filter_complex',
      '-filter_complex_script',
    ],
    ...[
      '-filter_complex_threads',
      '-filter_threads',
      '-map',
      '-frames:v',
      '-fps_mode',
      '-vsync',
      '-r',
      '-t',
      '-to',
    ],
    ...['-threads', '-threads:v', '-video_track_timescale', '-movflags', '-f', '-map_metadata', '-metadata'],
    ...[
      '-/filter_complex',
      '-bsf:v',
      '-map_chapters',
      '-max_muxing_queue_size',
      '-enc_time_base',
      '-avoid_negative_ts',
    ],
  ].map((name) => /** @type {[string, number]} */ ([name, 1])),
])

/**
 * The encoder settings of a plan's commands.
 * @param {readonly {name: string, argv: readonly string[]}[]} commands
 * @returns {Encoder & {differ: string[]}} `differ` names options in which the pieces of the picture do not agree
 */
export function encoderOf(commands) {
  const settings = commands.map(({ argv }) => outputOptions(argv))
  const pictures = settings.filter((options) => codecOf(options, '-c:v'))
  const sound = settings.find((options) => codecOf(options, '-c:a'))
  const [first] = pictures
  if (!first || !sound) throw new Error('the plan has no command that encodes picture and sound')
  const differ = pictures.flatMap((options) =>
    first.filter(([name, value]) => valueOf(options, name) !== value).map(([name]) => name),
  )
  return { video: first.flat(), audio: sound.flat(), differ: [...new Set(differ)] }
}

function outputOptions(argv) {
  const start = argv.lastIndexOf('-i') + 2
  const tokens = argv.slice(start, -1)
  const out = []
  for (let i = 0; i < tokens.length;) {
    const skipped = OTHER_OPTIONS.get(tokens[i])
    if (skipped === undefined) out.push([tokens[i], tokens[i + 1]])
    i += 1 + (skipped ?? 1)
  }
  return out
}

function codecOf(options, name) {
  const codec = valueOf(options, name)
  return codec !== undefined && codec !== 'copy'
}

function valueOf(options, name) {
  return options.find(([one]) => one === name)?.[1]
}

/** @param {readonly string[]} tokens @returns {string | undefined} */
export function optionValue(tokens, name) {
  const at = tokens.indexOf(name)
  return at < 0 ? undefined : tokens[at + 1]
}

/** ffmpeg's options under x264's own names. */
const X264_NAMES = {
  '-maxrate': 'vbv-maxrate',
  '-bufsize': 'vbv-bufsize',
  '-g': 'keyint',
  '-keyint_min': 'min-keyint',
  '-bf': 'bframes',
  '-b_strategy': 'b-adapt',
  '-refs': 'ref',
  '-subq': 'subme',
  '-me_method': 'me',
  '-motion-est': 'me',
  '-me_range': 'merange',
  '-sc_threshold': 'scenecut',
  '-rc-lookahead': 'rc-lookahead',
  '-qcomp': 'qcomp',
  '-trellis': 'trellis',
  '-aq-mode': 'aq-mode',
  '-aq-strength': 'aq-strength',
  '-weightp': 'weightp',
  '-weightb': 'weightb',
  '-mbtree': 'mbtree',
  '-psy-rd': 'psy-rd',
}
const SAID_OTHERWISE = ['-c:v', '-preset', '-tune', '-profile:v', '-b:v', '-pix_fmt', '-level', '-level:v']
const KBIT = ['-maxrate', '-bufsize']

/**
 * The same settings for programs that take x264's own names.
 * @param {Encoder} encoder
 * @throws when there is an option that this file does not know
 */
export function x264Settings({ video }) {
  const params = new Map()
  for (let i = 0; i < video.length; i += 2) {
    const [name, value] = [video[i], video[i + 1]]
    if (name === '-x264-params' || name === '-x264opts') {
      for (const pair of value.split(':')) params.set(...splitOnce(pair))
    } else if (X264_NAMES[name]) {
      params.set(X264_NAMES[name], KBIT.includes(name) ? String(kbitOf(value)) : value)
    } else if (!SAID_OTHERWISE.includes(name) && !name.startsWith('-color')) {
      throw new Error(`${name} has no translation for other programs; add it to encoder.mjs`)
    }
  }
  return {
    preset: optionValue(video, '-preset') ?? 'medium',
    tune: optionValue(video, '-tune'),
    profile: optionValue(video, '-profile:v') ?? 'high',
    kbps: kbitOf(optionValue(video, '-b:v') ?? '0'),
    params: [...params].map(([name, value]) => `${name}=${value}`).join(':'),
    keyframeFrames: Number(params.get('keyint') ?? 250),
    bufferKbit: Number(params.get('vbv-bufsize') ?? 0),
  }
}

function splitOnce(pair) {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, '1'] : [pair.slice(0, at), pair.slice(at + 1)]
}

/** @param {string} value as ffmpeg takes it: `2000k`, `2M`, `2000000` @returns {number} kbit/s */
export function kbitOf(value) {
  const [, number, unit] = /^([\d.]+)([kKM]?)$/.exec(value) ?? []
  if (number === undefined) throw new Error(`not a bit rate: ${value}`)
  return Number(number) * (unit === 'M' ? 1000 : unit === '' ? 0.001 : 1)
}

/** What threads do to a file is not a setting of the encoder, and chunks have no say in the others. */
const NOT_COMPARED = ['threads', 'lookahead_threads', 'sliced_threads', 'nr', 'analyse', 'crop_rect']

/** @param {Buffer} bytes of a file @returns {string | undefined} the settings x264 wrote into it */
export function writtenSettings(bytes) {
  const at = bytes.indexOf('x264 - core')
  if (at < 0) return undefined
  const text = bytes.toString('latin1', at, at + 2000).split('\0')[0]
  return text.slice(text.indexOf('options: ') + 9)
}

/** @returns {string[]} `name: one, other` for each setting that is not the same in two files */
export function settingsThatDiffer(one = '', other = '') {
  const read = (text) => new Map(text.split(' ').filter(Boolean).map(splitOnce))
  const [a, b] = [read(one), read(other)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => !NOT_COMPARED.includes(name) && a.get(name) !== b.get(name))
    .map((name) => `${name}: ${a.get(name) ?? 'none'}, ${b.get(name) ?? 'none'}`)
}
