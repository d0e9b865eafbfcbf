import CKernels

/// Runs a large region on all threads. Elements do not depend on each other, so neither do results on how they are divided.
func runParallel(_ entry: UnsafeMutablePointer<RegionEntry>) {
  withUnsafePointer(to: &entry.pointee.region) { region in
    ptb_run_region(region, entry.pointee.inputs, entry.pointee.outputs, 0, region.pointee.count)
  }
}
