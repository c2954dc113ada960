/** Texts and numbers that have broken programs. Pure. */
import { below, pick } from './random.mjs'

/** Lines that ffmpeg, its muxers and the worker write, for whoever reads reports line by line. */
const FORGED = [
  '[info]   Stream #1:0 -> #0:0 (copy)',
  '[info]   Stream #0:0(und): Video: rawvideo, yuv420p(pc, bt709), 9999x9999',
  '[Parsed_showinfo_0 @ 0x1] [info] n:   0 pts:      0 pts_time:0 fmt:yuva420p sar:9/1 s:8x8 i:T iskey:1',
  '[error] moov atom not found',
  '[fatal] Out of memory',
  '#tb 0: 1/1\n#media_type 0: video\n0, 0, 0, 1, 1, 0x0, F=0x0',
  'progress=end\nout_time_us=9999999999\nframe=99999',
  'error: {"exitCode":0}',
]

/** What a terminal acts on. */
const RAW = [
  '\u001b[2J\u001b]0;PWN\u0007',
  '\u009b31m',
  '\u202e\u2066gpj',
  '\r\b\b',
  '\0',
  '\u2028\u2029',
  '\ufeff\u200b',
]

const SYNTAX = [
  "'; drop",
  '%d%s%n$(id)`id`',
  '[a][b];,=:\\',
  "{it''s}",
  '../../../etc/passwd',
  '-y -i /etc/passwd',
  '%{pts}',
]

/** One hostile text, a few bytes or a few megabytes long. */
export function hostileText(random, most = 3_000_000) {
  const kind = random()
  if (kind < 0.35) return `x\n${pick(FORGED, random)}\n${pick(FORGED, random)}\nz`
  if (kind < 0.55) return `a${pick(RAW, random)}b`
  if (kind < 0.65) return pick(SYNTAX, random)
  if (kind < 0.8)
    return pick(['Stream #0:0: Video: ', 'a=', '\n', '[', ' ', 'x, ', '\\'], random).repeat(
      below(2000, random),
    )
  if (kind < 0.9) return pick(['A', '\u00e9', '\n[info] '], random).repeat(below(most / 8, random))
  return Buffer.from(Array.from({ length: 200 }, () => below(256, random))).toString('latin1')
}

/** Numbers at the ends of what fits, as unsigned 32 bits. */
export const EDGES = [0, 1, 2, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** The same for 64 bits, and what other units and clocks make of times. */
export const FAR = [
  0n,
  1n << 31n,
  1n << 32n,
  (1n << 33n) / 90n,
  10n ** 13n,
  10n ** 16n,
  1n << 53n,
  1n << 61n,
  1n << 62n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
]
