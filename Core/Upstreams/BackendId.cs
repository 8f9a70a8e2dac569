namespace Fairlead.Upstreams;

/// <summary>Who a backend is: an address within an upstream. Not its weight, so that health survives a change of weight; not shared between upstreams.</summary>
public readonly record struct BackendId(string Upstream, BackendAddress Address);
