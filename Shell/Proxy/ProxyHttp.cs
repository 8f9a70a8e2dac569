using System;
using System.Threading.Tasks;
using Fairlead.Resilience;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>
/// What a proxy does with each request, phase by phase, in this order: <see cref="NewContext"/>, <see cref="RequestFilter"/>; for each attempt <see cref="UpstreamPeer"/>, then
/// (after connecting) <see cref="UpstreamRequestFilter"/>; <see cref="ResponseFilter"/>; always last, <see cref="Logging"/>. Hooks run on the thread that serves the connection and
/// must not block; one that throws fails its own request with 500 and nothing else. Instances are shared by all requests; what belongs to one goes into its <typeparamref name="TContext"/>.
/// </summary>
public abstract class ProxyHttp<TContext>
{
    /// <summary>The value that goes through all phases of one request. Make it a class to collect something on the way.</summary>
    public abstract TContext NewContext();

    /// <summary>First look at a request: authentication, limits, local answers. True means answered here (with <see cref="Session.RespondAsync"/>): nothing goes upstream.</summary>
    public virtual ValueTask<bool> RequestFilter(Session session, TContext context) => new(false);

    /// <summary>Where to send this attempt; none answers 503. Called again for each retry.</summary>
    public abstract ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, TContext context);

    /// <summary>Edits the copy of the request that goes to the backend. Runs after connecting, before the head is sent.</summary>
    public virtual ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, TContext context) => default;

    /// <summary>Edits the response head before it goes to the client. Informational (1xx) responses do not pass here, except a 101, which is the last on its connection.</summary>
    public virtual ValueTask ResponseFilter(Session session, ResponseHeader response, TContext context) => default;

    /// <summary>
    /// A backend answered with the status in <paramref name="report"/>: pass it on (the default), or drop it and try again. It is passed on, too, when its request cannot be sent
    /// again. Runs before <see cref="ResponseFilter"/>.
    /// </summary>
    public virtual RetryDecision RetryResponse(Session session, HttpPeer peer, in AttemptReport report, TContext context) => RetryDecision.GiveUp;

    /// <summary>A backend could not be connected to. The default gives up; a retry calls <see cref="UpstreamPeer"/> again.</summary>
    public virtual RetryDecision FailToConnect(Session session, HttpPeer peer, in AttemptReport report, TContext context) => Retry.Decide(RetrySettings.Off, report, default, entropy: 0);

    /// <summary>A backend failed after connecting and before its response. The default repeats, once, what a stale reused connection swallowed, if that is safe.</summary>
    public virtual RetryDecision ErrorWhileProxy(Session session, HttpPeer peer, in AttemptReport report, TContext context) => Retry.Decide(RetrySettings.Off, report, default, entropy: 0);

    /// <summary>The request cannot be served. The default answers with the status of the outcome and one line of text. Not called when a response has begun.</summary>
    public virtual ValueTask FailToProxy(Session session, Outcome outcome, TContext context) =>
        session.RespondAsync(Outcomes.StatusOf(outcome), Outcomes.Describe(outcome) + "\n");

    /// <summary>Always the last phase, also after a failure: <see cref="Session.Outcome"/>, <see cref="Session.Status"/> and <see cref="Session.Attempts"/> are final.</summary>
    public virtual void Logging(Session session, TContext context)
    {
    }

    /// <summary>A hook threw: for the log. The request has been failed already.</summary>
    public virtual void HookFailed(Session session, Exception bug)
    {
    }
}
