import { describe, expect, it } from 'vitest'
import { soundDemuxer } from '../../../src/ffmpeg/sniff-sound.ts'

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )

/** MPEG-1 layer III, 32 kbit/s at 44.1 kHz: 104 bytes. */
const MP3 = bytes([0xff, 0xfb, 0x10, 0x00], '\0'.repeat(100))
/** ADTS, 32 bytes. */
const AAC = bytes([0xff, 0xf1, 0x50, 0x80, 0x04, 0x1f, 0xfc], '\0'.repeat(25))

describe('the content of an audio file', () => {
  it.each([
    ['Ogg', bytes('OggS', [0]), 'ogg'],
    ['WAV', bytes('RIFF\x24\0\0\0WAVEfmt '), 'wav'],
    ['a large WAV', bytes('RF64\xff\xff\xff\xffWAVEds64'), 'wav'],
    ['FLAC', bytes('fLaC', [0]), 'flac'],
    ['MP3', bytes([...MP3], [...MP3]), 'mp3'],
    ['AAC', bytes([...AAC], [...AAC]), 'aac'],
    ['tags, after which it goes on', bytes('ID3\x04\0\0', [0, 0, 1, 2], '....'), 140],
    ['a picture in RIFF', bytes('RIFF\x24\0\0\0WEBPVP8 '), undefined],
    ['one frame and something else', bytes([...MP3], 'nothing'), undefined],
    ['text in UTF-16', bytes([0xff, 0xfe], '{\0"\0'), undefined],
    ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe0]), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s', (_, head, demuxer) => {
    expect(soundDemuxer(head)).toBe(demuxer)
  })
})
