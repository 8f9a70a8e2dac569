using System;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>Changing one backend of the state. What does not change keeps its reference, which is how publication knows what to look at.</summary>
internal static class Backends
{
    /// <summary>The state with that backend changed; the same state when there is none of that name, or nothing changed.</summary>
    public static ControlState WithBackend(this ControlState state, BackendId id, Func<UpstreamState, BackendState, BackendState> change)
    {
        var upstreams = state.Upstreams.MapKeeping(upstream => string.Equals(upstream.Settings.Name, id.Upstream, StringComparison.Ordinal)
            ? upstream.WithBackends(backend => backend.Settings.Address == id.Address ? change(upstream, backend) : backend)
            : upstream);
        return state with { Upstreams = upstreams };
    }

    /// <summary>The upstream with each backend changed; the same reference when nothing changed.</summary>
    public static UpstreamState WithBackends(this UpstreamState upstream, Func<BackendState, BackendState> change)
    {
        var isChanged = false;
        var backends = upstream.Backends.MapKeeping(backend =>
        {
            var next = change(backend);
            isChanged |= !ReferenceEquals(next, backend);
            return next;
        });
        return isChanged ? upstream with { Backends = backends } : upstream;
    }

    /// <summary>Each item changed, at once (a lazy sequence would run the change again at every look).</summary>
    public static Seq<T> MapKeeping<T>(this Seq<T> items, Func<T, T> change)
    {
        if (items.IsEmpty)
            return items;
        var changed = new T[items.Count];
        var i = 0;
        foreach (var item in items)
            changed[i++] = change(item);
        return changed.ToStrictSeq();
    }

    /// <summary>The items as a sequence that is not lazy.</summary>
    public static Seq<T> ToStrictSeq<T>(this T[] items) => Prelude.toSeq(items).Strict();
}
