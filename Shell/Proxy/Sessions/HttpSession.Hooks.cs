using System;
using System.Threading.Tasks;
using Fairlead.Http1;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>What is told to hooks at the end, and what becomes of an exchange whose hook throws.</content>
internal sealed partial class HttpSession<TContext>
{
    private async ValueTask FailHookAsync(Exception bug)
    {
        ReportHook(bug);
        LeaveBackend(Outcome.HookFailed, status: 0);
        if (_upstream is { } connection)
            await CloseUpstreamAsync(connection);
        if (_responseBegan)
            (_keeps, _clientGone) = (false, true);
        else
            await RefuseAsync(Outcome.HookFailed, HeadFault.None).ConfigureAwait(false);
        _outcome = Outcome.HookFailed;
    }

    private void Log(TContext context)
    {
        _runtime.Metrics.RequestEnded(this);
        try
        {
            _proxy.Logging(this, context);
        }
        catch (Exception bug)
        {
            ReportHook(bug);
        }
    }

    private void ReportHook(Exception bug)
    {
        try
        {
            _proxy.HookFailed(this, bug);
        }
        catch (Exception another)
        {
            _runtime.ReportBug(another);
        }
    }

    /// <summary>After an exception of our own: ends whatever still uses the buffers that are about to be given back.</summary>
    private async ValueTask CutOffAsync()
    {
        AbortClient();
        if (_upstream is { } connection)
            await CloseUpstreamAsync(connection);
        foreach (var reading in (Task?[])[_pump, _firstOfBody])
        {
            if (reading is not null)
                await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
