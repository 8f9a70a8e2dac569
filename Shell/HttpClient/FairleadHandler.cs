using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.HttpClients;

/// <summary>
/// Sends each request to a backend of its balancer. Every call is one attempt: put it below whatever tries again. The request's URI names what is asked for, as in <c>http://orders/7</c>:
/// its scheme, host and port are the backend's while the request is under way and the request's own again afterwards.
/// </summary>
public sealed class FairleadHandler : DelegatingHandler
{
    private readonly FairleadBalancer _balancer;

    /// <summary>A handler for a pipeline that sets <see cref="DelegatingHandler.InnerHandler"/> itself, as IHttpClientFactory does.</summary>
    public FairleadHandler(FairleadBalancer balancer)
    {
        ArgumentNullException.ThrowIfNull(balancer);
        _balancer = balancer;
    }

    /// <summary>A handler above <paramref name="innerHandler"/>, such as a <see cref="SocketsHttpHandler"/>.</summary>
    public FairleadHandler(FairleadBalancer balancer, HttpMessageHandler innerHandler)
        : base(innerHandler)
    {
        ArgumentNullException.ThrowIfNull(balancer);
        _balancer = balancer;
    }

    /// <summary>In the options of a request that was sent: scheme, host and port of the backend that had it last.</summary>
    public static HttpRequestOptionsKey<Uri> BackendKey { get; } = new("Fairlead.Backend");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var original = OriginalOf(request);
        var lease = await _balancer.EnterAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            using var rewritten = new RewrittenRequest(request, original, lease.Backend, _balancer.HostHeader);
            return Answered(lease, await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            Failed(lease, failure, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var original = OriginalOf(request);
        var lease = _balancer.EnterAsync(request, cancellationToken).AsTask().GetAwaiter().GetResult();   // blocks while all backends are full, as a synchronous caller asked for
        try
        {
            using var rewritten = new RewrittenRequest(request, original, lease.Backend, _balancer.HostHeader);
            return Answered(lease, base.Send(request, cancellationToken));
        }
        catch (Exception failure)
        {
            Failed(lease, failure, cancellationToken);
            throw;
        }
    }

    private static Uri OriginalOf(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.RequestUri is { IsAbsoluteUri: true } uri
            ? uri
            : throw new InvalidOperationException("The request needs an absolute URI (or the client a BaseAddress); its host may be any name, for a backend's takes its place.");
    }

    private static HttpResponseMessage Answered(Lease lease, HttpResponseMessage response)
    {
        lease.Answered((int)response.StatusCode);
        response.Content = new LeasedContent(response.Content, lease);
        return response;
    }

    private void Failed(Lease lease, Exception failure, CancellationToken cancel) =>
        lease.Failed(AttemptOutcome.Of(failure, cancel.IsCancellationRequested, waitedLong: lease.Age >= _balancer.CancelledFailsAfter));

    /// <summary>The request while it is a backend's.</summary>
    private readonly struct RewrittenRequest : IDisposable
    {
        private readonly HttpRequestMessage _request;
        private readonly Uri _original;
        private readonly string? _host;

        public RewrittenRequest(HttpRequestMessage request, Uri original, HttpBackend backend, HostHeader hostHeader)
        {
            (_request, _original, _host) = (request, original, request.Headers.Host);
            request.Options.Set(BackendKey, backend.Uri);
            request.RequestUri = backend.Rewrite(original);
            if (hostHeader == HostHeader.Original && _host is null)
                request.Headers.Host = original.IdnHost is var name && original.IsDefaultPort ? name : $"{name}:{original.Port}";
        }

        public void Dispose()
        {
            _request.RequestUri = _original;
            _request.Headers.Host = _host;
        }
    }
}
