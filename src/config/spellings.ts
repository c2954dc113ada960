/**
 * Unambiguous misspellings found in documents and hand-written files, by field: what is written (in lower case) and how
 * it is read. Each is accepted with a warning.
 */
export const SPELLINGS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  // `highprodile` is a typo in the vendor's documents.
  Profile: { highprodile: 'highprofile', constrained_baseline: 'baseline' },
  // 4800 is a typo in the documents' sample; 48 comes from their "48khz".
  SampleRate: { '4800': 48000, '48': 48000 },
  Codec: {
    'h.264': 'h264',
    avc: 'h264',
    x264: 'h264',
    libx264: 'h264',
    'aac-lc': 'aac',
    aac_4800_1: 'aac_48000_1',
    aac_4800_2: 'aac_48000_2',
    aac_48_1: 'aac_48000_1',
    aac_48_2: 'aac_48000_2',
  },
  Vendor: {
    us3: 'ucloud',
    ufile: 'ucloud',
    amazon: 'aws',
    minio: 's3',
    oss: 'aliyun',
    alibaba: 'aliyun',
    alicloud: 'aliyun',
    cos: 'tencent',
    qcloud: 'tencent',
    tos: 'volcengine',
    bytedance: 'volcengine',
    obs: 'huawei',
    kodo: 'qiniu',
    file: 'local',
    folder: 'local',
  },
  Shape: { rect: 'rectangle' },
  Status: { closed: 'close', opened: 'open' },
}
