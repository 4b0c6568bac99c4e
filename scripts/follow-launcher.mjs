// Loaded into the program that run-child.mjs starts: asks it to stop when its launcher is gone, even by kill -9.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// A listener keeps the channel, and with it the process, open; the program's own end must not wait for it.
process.channel?.unref();
