using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary>An upstream asked about, with its backends in the order of the configuration, and how much each may be used.</summary>
internal sealed record NamedUpstream(UpstreamSettings Settings, ImmutableArray<Candidate> Candidates, ImmutableArray<Standing> Standings)
{
    /// <summary>The upstream of that name, or the only one, all of it ready; or why there is none.</summary>
    public static Either<string, NamedUpstream> Find(ProxySettings settings, string? name)
    {
        var names = settings.Upstreams.Map(static upstream => upstream.Name).Strict();
        if (name is null && names.Count > 1)
            return Left($"there are several upstreams, so say --upstream with one of {string.Join(", ", names)}");
        return settings.Upstreams.Find(upstream => name is null || upstream.Name == name).Map(Of)
            .ToEither(() => $"there is no upstream '{name}'{DidYouMean.Phrase(name!, names, "the upstreams are")}");
    }

    public static NamedUpstream Of(UpstreamSettings upstream) => new(
        upstream,
        [.. upstream.Backends.Select(static (backend, index) => new Candidate(new Slot(index), backend.Address, backend.Weight, backend.Tier, backend.InFlightMax))],
        [.. upstream.Backends.Select(static _ => Standing.Ready)]);

    public Selector Selector => Selector.Of(Settings.Policy, Settings.Selection, Candidates, Standings);

    /// <summary>The same with the backends at <paramref name="addresses"/> standing so; or which of them is none.</summary>
    public Either<string, NamedUpstream> With(string option, IEnumerable<string> addresses, Standing standing)
    {
        var standings = Standings;
        foreach (var address in addresses)
        {
            var found = IndexOf(option, address);
            if (found.Case is not int index)
                return Left((string)found.Case);
            standings = standings.SetItem(index, standing);
        }

        return Right(this with { Standings = standings });
    }

    /// <summary>The place of the backend at <paramref name="address"/>, which <paramref name="option"/> named.</summary>
    public Either<string, int> IndexOf(string option, string address)
    {
        var addresses = Settings.Backends.Map(static backend => backend.Address.ToString()!).Strict();
        var canonical = Canonical(address);
        var index = addresses.ToList().IndexOf(canonical);
        return index >= 0 ? Right(index) : Left($"{option}: '{address}' is no backend of {Settings.Name}{DidYouMean.Phrase(address, addresses, "the backends are")}");
    }

    public bool Has(string address) => Settings.Backends.Exists(backend => string.Equals(backend.Address.ToString(), Canonical(address), StringComparison.Ordinal));

    private static string Canonical(string address) => BackendAddress.Parse(address).Map(static parsed => parsed.ToString()!).IfNone(address);
}
