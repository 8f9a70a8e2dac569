namespace Fairlead.Upstreams;

/// <summary>Dense index of a backend for its life: what run-time arrays (requests in flight, pools) are indexed by.</summary>
public readonly record struct Slot(int Value);
