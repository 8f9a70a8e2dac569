using System;
using System.Collections.Generic;
using System.Net.Http;
using Fairlead.Balancing;
using Fairlead.Health;

namespace Fairlead.HttpClients;

/// <summary>How a client's requests are balanced. Read once, when the balancer is made; backends can be replaced later (<see cref="FairleadBalancer.Update"/>).</summary>
public sealed class FairleadOptions
{
    /// <summary>
    /// Envoy's rules, but at most half of the backends ejected: a client has few, and of fewer than ten Envoy's 10 % never ejects any. A single backend is never ejected.
    /// </summary>
    public static OutlierSettings DefaultOutliers { get; } = OutlierSettings.Default with { MaxEjectedPercent = 50 };

    /// <summary>Whom requests go to.</summary>
    public IList<HttpBackend> Backends { get; } = [];

    /// <summary>Who is picked; smooth weighted round robin unless said otherwise.</summary>
    public PolicySettings Policy { get; set; } = new PolicySettings.RoundRobin();

    /// <summary>Bounded loads, tiers and panic, slow start after an ejection, and the queue for when all are full. Sticky cookies are not for clients.</summary>
    public SelectionSettings Selection { get; set; } = SelectionSettings.Default;

    /// <summary>Which failures take a backend out for a while; null never does.</summary>
    public OutlierSettings? Outliers { get; set; } = DefaultOutliers;

    /// <summary>
    /// The key a hash policy hashes; null hashes nothing. Without it the key is what the policy names: a field, cookie, path or query parameter of the request. Hashes of the client's
    /// address need it (the address, as text, of whom the request is made for).
    /// </summary>
    public Func<HttpRequestMessage, string?>? Key { get; set; }

    /// <summary>Which Host field a backend sees.</summary>
    public HostHeader HostHeader { get; set; }

    /// <summary>
    /// A cancelled attempt tells nothing of its backend, unless it had waited this long for the head of an answer: then it is a failure to get one. Null, the default, never is, for
    /// a handler cannot tell a caller's patience from his change of mind; with a timeout per attempt set it to that, or a little less.
    /// </summary>
    public TimeSpan? CancelledFailsAfter { get; set; }

    /// <summary>The clock; the container's own, if it has one, else the system's.</summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Adds a backend; see <see cref="HttpBackend.At"/>.</summary>
    public FairleadOptions Add(string address, int weight = 1, int tier = 0, int inFlightMax = 0)
    {
        Backends.Add(HttpBackend.At(address, weight, tier, inFlightMax));
        return this;
    }
}
