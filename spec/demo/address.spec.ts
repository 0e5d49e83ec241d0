import { chooseAddress } from '../../demo/wallboard/src/live/address.js'

const OWN = 'wss://pbx.example:8088/'

describe('which PBX demo/wallboard connects to', () => {
  const choose = (search: string, hash = '') => chooseAddress(OWN, { search, hash })

  it('is the one that its own server names', () => {
    expect(choose('')).toEqual({ url: OWN, foreign: false })
    expect(choose(`?pbx=${OWN}`)).toEqual({ url: OWN, foreign: false })
  })

  it.each([
    'ws://127.0.0.1:8088',
    'ws://127.1.2.3:8088/',
    'wss://localhost:8088',
    'ws://[::1]:8088',
    'ws://127.1:8088',
  ])('is %s where a link says so: it is this machine', url => {
    expect(choose(`?pbx=${encodeURIComponent(url)}`)).toEqual({ url, foreign: true })
    expect(choose('', `#pbx=${encodeURIComponent(url)}`)).toEqual({ url, foreign: true })
  })

  it.each([
    'ws://evil.example',
    'wss://evil.example:8088/',
    'ws://127.0.0.1.evil.example',
    'ws://localhost.evil.example',
    'ws://127.0.0.1@evil.example',
    'ws://user:secret@127.0.0.1',
    'ws://[::2]',
    'ws://128.0.0.1',
    'ws://0.0.0.0:8088',
    'http://127.0.0.1',
    'javascript:alert(1)',
    'evil',
    '',
  ])('is never %j, whatever a link says', url => {
    expect(choose(`?pbx=${encodeURIComponent(url)}`)).toEqual({ url: OWN, foreign: false, refused: url })
    expect(choose('', `#pbx=${encodeURIComponent(url)}`)).toEqual({ url: OWN, foreign: false, refused: url })
  })
})
