using System;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Places;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>
/// One client connection as hooks see it: the request under way, who sent it, and what became of it so far. It is lent for the duration of a hook's call; hooks of one
/// session never run at the same time.
/// </summary>
public abstract class Session
{
    private protected static readonly byte[][] WebSocket = ["websocket"u8.ToArray()];

    private Waiter? _waiter;

    private protected Session()
    {
    }

    /// <summary>The client's request, hop-by-hop and untrusted forwarding fields removed. Edits are seen by every attempt.</summary>
    public abstract RequestHeader Request { get; }

    /// <summary>The response; meaningful from <c>ResponseFilter</c> on.</summary>
    public abstract ResponseHeader Response { get; }

    /// <summary>
    /// How much of the request's body is kept so that another attempt can send it again; a longer one is sent once. 0, the default, keeps nothing. Only in <c>RequestFilter</c>.
    /// </summary>
    public int ReplayBytesMax { get; set; }

    /// <summary>Who connected: loopback for a Unix-domain socket.</summary>
    public abstract IPAddress PeerAddress { get; }

    /// <summary>The port who connected did it from; 0 for a Unix-domain socket.</summary>
    public abstract int PeerPort { get; }

    /// <summary>The client: who connected, or the address a trusted proxy vouches for.</summary>
    public abstract IPAddress ClientAddress { get; }

    /// <summary>True when the client speaks TLS to us.</summary>
    public abstract bool IsTls { get; }

    /// <summary>The server name the client asked for (SNI), or null.</summary>
    public abstract string? ServerName { get; }

    /// <summary>The certificate the client showed and that was verified, or null.</summary>
    public abstract X509Certificate2? ClientCertificate { get; }

    /// <summary>The tries at backends so far.</summary>
    public abstract AttemptList Attempts { get; }

    /// <summary>The status sent to the client; 0 when none was.</summary>
    public abstract int Status { get; }

    /// <summary>How the exchange ended; meaningful in <c>FailToProxy</c> and <c>Logging</c>.</summary>
    public abstract Outcome Outcome { get; }

    /// <summary>Bytes of the request's body read so far, without framing; of a tunnel, those the client sent.</summary>
    public abstract long RequestBodyBytes { get; }

    /// <summary>Bytes of the response's body so far, without framing; of a tunnel, those the client was sent.</summary>
    public abstract long ResponseBodyBytes { get; }

    /// <summary>Time since the first byte of the request was read.</summary>
    public abstract TimeSpan Elapsed { get; }

    /// <summary>Which candidates of the current upstream were tried by this request: a bit set a policy reads. Cleared for each request.</summary>
    internal ulong[] TriedCandidates { get; set; } = [];

    /// <summary>What the configured proxy decided for this request.</summary>
    internal object? RouteState { get; set; }

    /// <summary>The number of this request within its upstream; taken with the first pick and kept for retries, so that a retry does not use up somebody's turn.</summary>
    internal ulong? Ticket { get; set; }

    /// <summary>Where the exchange is counted while it is under way, and whether as a retry.</summary>
    internal RetryMeter? Meter { get; set; }

    internal bool IsRetrying { get; set; }

    /// <summary>Protocols that may be asked of a backend.</summary>
    internal byte[][] AllowedUpgrades { get; set; } = WebSocket;

    /// <summary>True once the connection carries another protocol, of which nothing is known here.</summary>
    internal bool IsTunnel { get; private protected set; }

    /// <summary>The backend where this request holds a place, from the pick to the end of the attempt.</summary>
    internal BackendCounts? Held { get; set; }

    /// <summary>What the breaker of that backend said to it.</summary>
    internal BreakerPass Pass { get; set; }

    /// <summary>The last selection for this request.</summary>
    internal Selection Selection { get; set; }

    /// <summary>What a request counts as for which there is no peer, and was none before.</summary>
    internal Outcome NoPeer { get; set; } = Outcome.NoBackend;

    /// <summary>Where this request waits for a place, if it does.</summary>
    internal Waiter? Waiter
    {
        get => Volatile.Read(ref _waiter);
        set => Interlocked.Exchange(ref _waiter, value);              // a full fence: who aborts the session sees the waiter, or the waiter the abort
    }

    /// <summary>True when the client's connection is known to be broken; one that only ended its side still waits for its answer.</summary>
    internal abstract bool IsClientGone { get; }

    /// <summary>What an answer made by <c>RequestFilter</c> counts as.</summary>
    internal Outcome LocalOutcome { get; set; } = Outcome.AnsweredHere;

    /// <summary>
    /// Answers the request here, with a body of plain text unless <paramref name="contentType"/> says otherwise. Only in <c>RequestFilter</c> (which then returns true) and in
    /// <c>FailToProxy</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> outside 200–599.</exception>
    /// <exception cref="InvalidOperationException">A response has begun already.</exception>
    public abstract ValueTask RespondAsync(int status, string body = "", string contentType = "text/plain; charset=utf-8");

    /// <summary>
    /// What the connection may change to with this request (RFC 9110 §7.8), instead of <c>websocket</c> alone; without <paramref name="protocols"/>, nothing. Only in
    /// <c>RequestFilter</c>.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or HTTP or TLS, whose requests would pass unseen.</exception>
    public void AllowUpgrades(params string[] protocols)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        var allowed = new byte[protocols.Length][];
        for (var i = 0; i < protocols.Length; i++)
        {
            allowed[i] = Encoding.UTF8.GetBytes(protocols[i]);
            if (!Upgrades.CanBeAllowed(allowed[i]))
                throw new ArgumentException($"'{protocols[i]}' cannot be upgraded to: name a protocol other than HTTP and TLS.", nameof(protocols));
        }

        AllowedUpgrades = allowed;
    }
}
