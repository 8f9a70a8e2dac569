using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Configuration;

/// <summary>One thing that new settings change.</summary>
public abstract record ReloadChange
{
    private ReloadChange() { }

    /// <summary>Bound before anything else changes.</summary>
    public sealed record ListenerAdded(ListenerSettings Listener) : ReloadChange;

    /// <summary>Accepts no more; its connections live on.</summary>
    public sealed record ListenerRemoved(ListenerSettings Listener) : ReloadChange;

    /// <summary>The same address otherwise: connections accepted from then on see the difference, and none that waits is lost.</summary>
    public sealed record ListenerChanged(ListenerSettings Before, ListenerSettings After) : ReloadChange;

    /// <summary>A new upstream; its backends are not told one by one.</summary>
    public sealed record UpstreamAdded(string Name, int Backends) : ReloadChange;

    /// <summary>An upstream that is gone with all its backends.</summary>
    public sealed record UpstreamRemoved(string Name, int Backends) : ReloadChange;

    /// <summary>Settings of an upstream other than its backends, by their keys.</summary>
    public sealed record UpstreamChanged(string Name, Seq<string> Keys) : ReloadChange;

    /// <summary>A new backend of an upstream that stays.</summary>
    public sealed record BackendAdded(BackendId Backend, Weight Weight) : ReloadChange;

    /// <summary>It drains: what runs there ends, and idle connections to it close.</summary>
    public sealed record BackendRemoved(BackendId Backend) : ReloadChange;

    /// <summary>The same backend with another weight.</summary>
    public sealed record BackendReweighted(BackendId Backend, Weight Before, Weight After) : ReloadChange;

    /// <summary>The same backend in another tier.</summary>
    public sealed record BackendMovedTier(BackendId Backend, int Before, int After) : ReloadChange;

    /// <summary>The same backend; something else about it changed.</summary>
    public sealed record BackendChanged(BackendId Backend) : ReloadChange;

    /// <summary>The backends of an upstream, or members of a tier, stand in another order. Policies that go by it are told by <see cref="KeysMoved"/>.</summary>
    public sealed record BackendsReordered(string Name) : ReloadChange;

    /// <summary>
    /// Of <paramref name="Keys"/> sample keys of a hash policy, all backends healthy, so many go elsewhere; fewer than <paramref name="Smallest"/> no policy could move.
    /// </summary>
    public sealed record KeysMoved(string Name, long Keys, long Moved, long Smallest) : ReloadChange;

    /// <summary>The requests it matches were served by another route, or by none.</summary>
    public sealed record RouteAdded(RouteSettings Route) : ReloadChange;

    /// <summary>The requests it matched are served by another route, or by none.</summary>
    public sealed record RouteRemoved(RouteSettings Route) : ReloadChange;

    /// <summary>The same hosts and path, but another upstream or other edits.</summary>
    public sealed record RouteChanged(RouteSettings Before, RouteSettings After) : ReloadChange;

    /// <summary>The routes stand in another order.</summary>
    public sealed record RoutesReordered : ReloadChange;

    /// <summary>A setting at the top level, by its key.</summary>
    public sealed record SettingChanged(string Key) : ReloadChange;
}
