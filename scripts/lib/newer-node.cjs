// npm leaves out optional packages whose `engines` want a newer Node than Debian 12's. It is the pinned Bun that runs
// them here, so npm is told of a newer one (`node --require`).
Object.defineProperty(process, "version", { value: "v22.12.0" });
