using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.HttpClients;

/// <summary>Why a request has no backend, as the exception its sender gets: with the limits that are full, or what is the matter with each backend.</summary>
internal static class Refusals
{
    /// <summary>The refusal that <paramref name="kind"/> means; <see cref="SelectionKind.Wait"/> is one that waited as long as it may.</summary>
    public static HttpRequestException Of(SelectionKind kind, View view, QueueSettings queue, Instant now) => kind switch
    {
        SelectionKind.Wait => new(
            HttpRequestError.ConfigurationLimitExceeded,
            string.Create(CultureInfo.InvariantCulture, $"No backend had room within {queue.Timeout.TotalSeconds} s: {Limits(view)}.")),
        SelectionKind.QueueFull => new(
            HttpRequestError.ConfigurationLimitExceeded,
            string.Create(CultureInfo.InvariantCulture, $"No backend has room ({Limits(view)}), and {queue.LengthMax} requests may wait.")),
        _ => new(
            HttpRequestError.ConnectionError,
            view.Members.IsEmpty ? "No backend is available: there is none." : $"No backend is available: {string.Join(", ", view.StatusAt(now).Select(Describe))}."),
    };

    private static string Limits(View view) => string.Join(", ", view.Members.Where(static member => member.Backend.InFlightMax > 0)
        .Select(static member => string.Create(CultureInfo.InvariantCulture, $"{member.Backend.Address} takes {member.Backend.InFlightMax} at a time")));

    private static string Describe(BackendStatus status) =>
        status.EjectedFor > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"{status.Backend.Address} is ejected for {Math.Ceiling(status.EjectedFor.TotalSeconds)} s")
        : status.Backend.Weight.Drains ? $"{status.Backend.Address} has weight 0"
        : $"{status.Backend.Address} cannot be used now";
}
