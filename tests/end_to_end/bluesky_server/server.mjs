// Bluesky's own servers on this machine. Says their addresses on standard output as one JSON line,
// then obeys standard input: "settle" (all that was posted is searchable), "stop".
import { createInterface } from 'node:readline'
import { TestNetwork } from '@atproto/dev-env'

const say = (told) => process.stdout.write(JSON.stringify(told) + '\n')
const network = await TestNetwork.create({
  dbPostgresSchema: 'tidings',
  pds: { rateLimitsEnabled: true },
})
say({ pds: network.pds.url, appview: network.bsky.url })

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'settle') {
    await network.processAll()
    say({ settled: true })
  }
  if (line === 'stop') break
}
await network.close()
process.exit(0)
