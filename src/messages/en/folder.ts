/** Messages of `mix` and `init`: what lies in a folder, how it is known, and how to correct it. */
import type { Known, LeftOut } from '../../folder/model.ts'

export type ShownKind = 'camera' | 'microphone' | 'screen' | 'screenSound'

const KNOWN: Readonly<Record<Known, string>> = {
  manifest: 'manifest',
  container: 'the recording',
  playlist: 'playlist',
  name: 'file name',
  content: 'content',
  folder: 'folder name',
  fileTime: "the file's time, less its length (a guess)",
  together: 'all together (a guess)',
  guess: 'a guess',
  option: 'an option',
}

const KINDS: Readonly<Record<ShownKind, string>> = {
  camera: 'camera',
  microphone: 'microphone',
  screen: 'screen',
  screenSound: 'screen sound',
}

const WHY: Readonly<Record<Exclude<LeftOut['why'], 'notPlayable'>, string>> = {
  mixed: 'it is the mix of everybody, whose recordings are there',
  result: 'it is a result, not a recording',
  ownFilm: 'it is a film that owt-main made, not a recording',
  sameMedia: 'the same media are there in another form',
  noTime: 'its start is unknown, while those of the others are known: give it one with --start',
  otherClock:
    'it comes from another system than the others, so its start is unknown: give it one with --start, or mix it on its own',
  encrypted: 'it is encrypted',
  sliceMissing: 'the playlist lists it, but it is missing or not a media file',
  missing: 'the manifest lists it, but it is missing',
}

export const folder = {
  commandMix: (_: object) => 'make a film of a folder or of files, with no cfg.json and no index',
  commandInit: (_: object) => 'write the index and the cfg.json of a folder of recordings, to be edited',
  helpFolder: (_: object) => 'folder',
  helpFolderFiles: (_: object) => 'folder | file',
  optionLayout: (_: object) => 'how pictures are placed',
  optionShare: (_: object) =>
    'where a shared screen is shown: as one picture among others, or in the main region',
  optionSize: (_: object) => 'width and height of the film, in pixels',
  optionFps: (_: object) => 'frames per second of the film',
  optionStart: (_: object) => "when a recording begins, in seconds after the room's beginning; repeatable",
  optionName: (_: object) => 'the name that a person is shown with; repeatable',
  optionKind: (_: object) => 'whether a recording is a camera or a screen; repeatable',
  usageNoFolder: (_: object) => 'a folder of recordings is missing',
  usageShape: (p: { flag: string; found: string; value: string; example: string }) =>
    `${p.flag} is "${p.found}" but has to be ${p.value}, such as ${p.flag} ${p.example}`,

  folderAmongFiles: (p: { path: string }) =>
    `"${p.path}" is a folder: give one folder, or files, but not both`,
  folderTooMuch: (p: { path: string; maximum: number }) =>
    `"${p.path}" holds more than ${p.maximum} files: give the folder of one room`,
  folderNoFolder: (p: { path: string }) => `"${p.path}" is not a folder`,
  folderEmpty: (p: { path: string; tools: readonly string[] }) =>
    p.tools.length > 0
      ? `there is nothing playable in "${p.path}": make its recordings playable with ${p.tools.join(' or ')} first`
      : `there is no recording in "${p.path}": WebM, MKV, MP4, MOV, M4A, Ogg, WAV, MP3, FLAC, AAC or TS, recognised by their content`,
  folderSeveral: (p: { path: string; sessions: readonly { name: string; count: number; file: string }[] }) =>
    `"${p.path}" holds ${p.sessions.length} recorded sessions, and a film shows one: ${p.sessions
      .map(({ name, count, file }) => `${name || 'unnamed'} (${count} files, such as ${file})`)
      .join('; ')}. Give the files of one`,
  folderUnknown: (p: { name: string; known: readonly string[] }) =>
    `no person, stream or file is called "${p.name}"; the people are ${p.known.join(', ')}`,
  mixOutputExists: (p: { path: string }) =>
    `"${p.path}" exists already and was not made from this folder: name the film with -o`,
  initExists: (p: { path: string }) => `"${p.path}" exists already: edit it, or overwrite it with --force`,

  folderSummary: (p: { vendor: string; files: number; people: number; begin?: string | undefined }) =>
    [
      `${p.files} ${p.files === 1 ? 'recording' : 'recordings'} of ${p.people} ${p.people === 1 ? 'person' : 'people'}`,
      p.vendor === '' ? 'file names of no known system' : `as ${p.vendor} leaves them`,
      p.begin === undefined ? 'time of day unknown' : `beginning ${p.begin} UTC`,
    ].join(', '),
  folderStream: (_: object) => 'stream',
  folderName: (_: object) => 'name',
  folderKind: (_: object) => 'kind',
  folderBegins: (_: object) => 'begins',
  folderLength: (_: object) => 'length',
  folderKnown: (_: object) => 'known from',
  folderFile: (_: object) => 'file',
  folderKindIs: (p: { kind: ShownKind }) => KINDS[p.kind],
  folderKnownFrom: (p: { user: Known; kind: Known; start: Known; offMs?: number | undefined }) => {
    const off = p.offMs === undefined ? '' : ` ±${Math.ceil(p.offMs / 1000)} s`
    if (p.user === p.kind && p.kind === p.start) return `${KNOWN[p.user]}${off}`
    return `who: ${KNOWN[p.user]}; kind: ${KNOWN[p.kind]}; begin: ${KNOWN[p.start]}${off}`
  },
  folderGuessed: (p: { corrections: readonly string[] }) =>
    `guesses can be corrected: ${p.corrections.join('  ')}`,
  folderLeftOut: (p: { path: string } & LeftOut) =>
    `${p.path} is left out: ${p.why === 'notPlayable' ? `it cannot be played; ${p.tool} makes a recording of it` : WHY[p.why]}`,
  folderMore: (p: { count: number }) => `and ${p.count} more`,
  initWritten: (p: { cfg: string; index: string; command: string }) =>
    `wrote ${p.cfg} and ${p.index}; edit them, then run: ${p.command}`,

  indexValueUnused: (_: { found: unknown }) => 'this value is not allowed here and is ignored',
}
