// Reports a newer version of Node to npm (`node --require`): npm leaves out optional packages whose `engines` require a
// newer one than Debian 12's, but here the pinned Bun runs them.
Object.defineProperty(process, "version", { value: "v22.12.0" });
